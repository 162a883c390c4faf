"""Residents, their contact points and their STOP."""
