"""What a run shows: hops, denials with their advice, tables, the verdict, and all of it as JSON."""
