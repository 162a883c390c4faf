"""The console's fixtures stand in a module of their own, because the browser tests use them too."""

from tests.console.fixtures import camille, console, driss, elodie, moving_clock, soraya, visit

__all__ = ["camille", "console", "driss", "elodie", "moving_clock", "soraya", "visit"]
