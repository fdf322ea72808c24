"""What S3 and EventBridge deliveries are made of: the events themselves, and each try to hand one over."""
