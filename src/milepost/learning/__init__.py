"""Next steps, practice, goals, conferences and groups."""
