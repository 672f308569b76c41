"""The pure core: what a test says and what a session does, with nothing but the standard library."""
