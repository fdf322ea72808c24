"""What SNS is made of here: messages, subscriptions, and the way from one to the other."""
