"""What log subscriptions are made of: checked filters, batches of log events, and tries to hand them over."""
