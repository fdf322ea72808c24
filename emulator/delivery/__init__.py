"""How each service carries its events, one per file, each with a class `Delivery`; a new file is found by itself."""
