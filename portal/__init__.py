"""The residents' face: home, web chat, follow-up."""
