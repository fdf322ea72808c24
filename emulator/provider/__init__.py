"""The types of resources the account can make, one AWS service per file; a new file is found by itself."""
