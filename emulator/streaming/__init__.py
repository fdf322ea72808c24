"""What streams and their pollers are made of: records in shards, batches in order, windows, and what is given up."""
