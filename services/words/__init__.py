"""What residents write: the town's words, and what is recognised in an utterance before any question is asked of it."""
