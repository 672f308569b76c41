"""Processes: the commands, and a server inside the process of the tests."""
