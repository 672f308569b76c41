"""`python -m moto_liveness`: run a command of the package by its name, or the server without one."""

import argparse
import sys

_PROG = "python -m moto_liveness"
_COMMANDS = {
    "server": "run moto_server with Face Liveness, as moto_liveness_server does",
    "proxy": "run moto_proxy with Face Liveness, as moto_liveness_proxy does",
    "photo": "write a JPEG that says who is in it",
    "probe": "ask AWS what its documentation leaves open, and compare its answers with those of the mock",
}


def main(argv: list[str]) -> None:
    """Run a command."""
    name = "server"
    if argv and (not argv[0].startswith("-") or argv[0] in ("-h", "--help")):
        name, argv = _parser().parse_args(argv[:1]).command, argv[1:]
    if name == "photo":
        from moto_liveness.server.photo import write_photo

        write_photo(argv)
    elif name == "probe":
        from moto_liveness.probe.command import run_probe

        sys.exit(run_probe(argv))
    else:
        from moto_liveness.server.command import run_proxy, run_server

        # moto's own functions read sys.argv when they get no arguments, and the usage that they print names its first.
        sys.argv[:] = [f"{_PROG} {name}", *argv]
        run_proxy() if name == "proxy" else run_server()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROG,
        description="Amazon Rekognition Face Liveness for moto.",
        epilog="Each command has its own --help. Without a command, the options are those of the server: "
        f"{_PROG} -p 5000",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, text in _COMMANDS.items():
        commands.add_parser(name, help=text)
    return parser


if __name__ == "__main__":
    # Without it argparse takes the name of the program from sys.argv, in Python 3.14 as before.
    __spec__ = None
    main(sys.argv[1:])
