"""Items and attempts: questions that are rendered and checked on the server."""
