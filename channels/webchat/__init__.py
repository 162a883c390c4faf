"""The chat page of the portal."""
