"""The background jobs, and the notices to the town's own people that some of them send."""
