"""`python -m moto_liveness` is `moto_liveness_server`, and `python -m moto_liveness photo` writes a photo()."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["photo"]:
        from moto_liveness.server.photo import write_photo

        write_photo(sys.argv[2:])
    else:
        from moto_liveness.server.command import run_server

        run_server()
