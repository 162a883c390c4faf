"""Questions of fact, answered from the town's data."""
