"""Competency frameworks, their levels and associations, and the portrait of a graduate."""
