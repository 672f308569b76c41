"""`python -m moto_liveness probe`: asks AWS what its documentation leaves open, and compares that with the mock."""
