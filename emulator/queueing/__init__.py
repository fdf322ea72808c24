"""What SQS and its pollers are made of: how messages are kept, gathered, handed over and given up."""
