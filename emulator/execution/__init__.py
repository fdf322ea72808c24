"""One function at work: its environment, its modules, its time, its output, and what goes wrong with it."""
