"""The pure core: what a test says and what a session does, on the standard library alone."""
