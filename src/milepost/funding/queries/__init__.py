"""Reads of the funding room, one module an idea."""
