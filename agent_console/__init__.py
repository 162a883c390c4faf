"""The agents' face: server-rendered pages over the store."""
