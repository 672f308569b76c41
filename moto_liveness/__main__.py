"""`python -m moto_liveness` is `moto_liveness_server`.

`python -m moto_liveness photo` writes a photo(), and `python -m moto_liveness probe` asks AWS what it does.
"""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["photo"]:
        from moto_liveness.server.photo import write_photo

        write_photo(sys.argv[2:])
    elif sys.argv[1:2] == ["probe"]:
        from moto_liveness.probe.command import run_probe

        sys.exit(run_probe(sys.argv[2:]))
    else:
        from moto_liveness.server.command import run_server

        run_server()
