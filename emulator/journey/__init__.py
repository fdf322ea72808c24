"""A journey from its page to its outcome: what is sent, what was observed, and what differs."""
