"""What an agent does: with a conversation, with a case, with what failed to leave."""
