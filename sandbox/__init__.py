"""Pretend providers: they speak the real ones' protocols, and their page lets a newcomer play the resident.

A process of its own that shares nothing with the product but the wire.
"""
