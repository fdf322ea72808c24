"""How each service hands an event over by hand, one per file with a class `Way`; a new file is found by itself."""
