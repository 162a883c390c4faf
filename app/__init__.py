"""Composition root: settings, wiring, processes, command line."""
