"""The residents' face: home, web chat, follow-up of a case."""
