"""Dated, cited rules that bind a school, and the waivers in force."""
