"""The mailboxes that the town's residents write to: read for ever, each by itself."""
