"""The shell: sign-in, home per role, pages where rooms meet, command line, demonstration."""
