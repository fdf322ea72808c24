"""Which rights an API call needs: one file per service that has rules of its own, and the rule for all others."""
