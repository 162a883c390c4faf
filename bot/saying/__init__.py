"""What a turn says: gathered into messages, with what stands around a letter."""
