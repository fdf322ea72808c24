"""What a policy says: documents, statements, conditions, principals and wildcards, and which of them apply."""
