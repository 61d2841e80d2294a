"""Append-only: who did what, to what, and why; what was brought in; who looked."""
