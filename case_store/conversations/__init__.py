"""Conversations: what arrives, what is said, who holds it, what becomes of it."""
