"""A service as its file declares it: its questions, what they must be together, its steps, what services share."""
