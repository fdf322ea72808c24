"""EventBridge Scheduler: what may be made of schedules, when they run, and how a run reaches its function."""
