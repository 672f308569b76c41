"""What a test holds: the handle, and where it keeps its state, in this process or on a server."""
