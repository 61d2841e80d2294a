"""Writes of the funding room, a file an idea."""
