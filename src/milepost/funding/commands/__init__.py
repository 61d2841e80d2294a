"""Writes of the funding room, one file an idea."""
