"""Looks for what is wrong before residents meet it: the installation, the town's folder, its words and replies."""
