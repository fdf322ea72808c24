"""What `send` is made of: a trigger found by its name, an event for it, and the way its source would hand that over."""
