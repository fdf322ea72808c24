"""Every call of a boto3 client is stopped here: what it needs, what the account holds for it, and how AWS refuses."""
