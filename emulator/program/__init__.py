"""A Pulumi program at work: its run, what it registers, and the record of what came of it."""
