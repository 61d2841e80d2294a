"""Pages of the funding room, a file a subject."""
