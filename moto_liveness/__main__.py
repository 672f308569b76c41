"""`python -m moto_liveness` is `moto_liveness_server`."""

from moto_liveness.server.command import run_server

if __name__ == "__main__":
    run_server()
