"""Keeping: the state of an account, taken from one and put into another, or kept in a folder between two runs."""
