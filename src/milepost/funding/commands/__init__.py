"""Writes of the funding room."""
