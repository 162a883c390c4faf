"""Hands each face what it needs from beside or above."""
