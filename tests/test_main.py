"""`python -m moto_liveness`: its help, and which command a name starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from moto_liveness import __main__ as package
from moto_liveness.core import failures
from moto_liveness.probe import command as probe
from moto_liveness.server import command, photo
from tests.conftest import needs_flask

HELP = """\
usage: python -m moto_liveness [-h] COMMAND ...

Amazon Rekognition Face Liveness for moto.

options:
  -h, --help  show this help message and exit

commands:
  COMMAND
    server    run moto_server with Face Liveness, as moto_liveness_server does
    proxy     run moto_proxy with Face Liveness, as moto_liveness_proxy does
    photo     write a JPEG that says who is in it
    probe     ask AWS what its documentation leaves open, and compare its answers with those of the mock

Each command has its own --help. Without a command, the options are those of the server: python -m moto_liveness -p 5000
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help that is as wide as a line of code, without colors."""
    monkeypatch.setenv("COLUMNS", "122")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_names_every_command(option: str) -> None:
    done = subprocess.run([sys.executable, "-m", "moto_liveness", option], capture_output=True, text=True, check=True)

    assert done.stdout == HELP


SERVER = "usage: python -m moto_liveness server [-h] [-H HOST] [-p PORT] [-r] [-s] [-c SSL_CERT] [-k SSL_KEY]"
PROXY = "usage: python -m moto_liveness proxy [-h] [-H HOST] [-p PORT] [-v]"
PHOTO = "usage: python -m moto_liveness photo [-h] [-l LIKENESS] [--face FACE] [--of OF] -o OUTPUT [people ...]"
PROBE = [
    "usage: python -m moto_liveness probe [-h] [--region NAME] [--profile NAME] [--endpoint-url URL] [--bucket NAME]",
    "                                     [--json FILE] [--skip-waiting] [--yes]",
]


@pytest.mark.parametrize(
    ("command", "module", "usage"),
    [
        ("server", "moto.server", [SERVER]),
        ("proxy", "moto.proxy", [PROXY]),
        ("photo", "moto", [PHOTO]),
        ("probe", "moto", PROBE),
    ],
)
def test_the_usage_names_the_command(command: str, module: str, usage: list[str]) -> None:
    pytest.importorskip(module, reason=f"{module} needs an extra that is not installed here")
    run = [sys.executable, "-m", "moto_liveness", command]

    helped = subprocess.run([*run, "-h"], capture_output=True, text=True, check=True)
    refused = subprocess.run([*run, "-o", "x", "--nope"], capture_output=True, text=True, check=False)

    assert helped.stdout.splitlines()[: len(usage)] == usage
    assert refused.stderr.splitlines()[: len(usage)] == usage


@needs_flask
def test_the_usage_without_a_command_is_that_of_the_server() -> None:
    run = [sys.executable, "-m", "moto_liveness", "--nope"]

    refused = subprocess.run(run, capture_output=True, text=True, check=False)

    assert refused.stderr.splitlines() == [
        SERVER,
        "python -m moto_liveness server: error: unrecognized arguments: --nope",
    ]


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        package.main(["sever", "-p", "5000"])

    assert exit.value.code == 2
    assert "error: argument COMMAND: invalid choice: 'sever'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "called", "rest"),
    [
        ([], "run_server", []),
        (["-p", "5000"], "run_server", ["-p", "5000"]),
        (["server"], "run_server", []),
        (["server", "--help"], "run_server", ["--help"]),
        (["proxy", "-p", "5001"], "run_proxy", ["-p", "5001"]),
    ],
)
def test_a_command_of_moto_finds_its_options(
    monkeypatch: pytest.MonkeyPatch, argv: list[str], called: str, rest: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["__main__.py", *argv])
    ran: list[tuple[str, list[str]]] = []
    for name in ("run_server", "run_proxy"):
        monkeypatch.setattr(command, name, lambda name=name: ran.append((name, sys.argv[1:])))

    package.main(argv)

    assert ran == [(called, rest)]


@needs_flask
@pytest.mark.filterwarnings("always")
def test_a_command_of_moto_warns_without_a_line_of_python(capsys: pytest.CaptureFixture[str]) -> None:
    failures.note("moto has SearchFaces itself")

    command._moto_main("server")

    assert capsys.readouterr().err == "moto_liveness_server: moto has SearchFaces itself\n"


def test_a_command_of_ours_gets_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[list[str]] = []
    monkeypatch.setattr(photo, "write_photo", written.append)
    monkeypatch.setattr(probe, "run_probe", len)

    package.main(["photo", "alice", "-o", "alice.jpg"])
    with pytest.raises(SystemExit) as exit:
        package.main(["probe", "--yes", "--region", "us-east-1"])

    assert written == [["alice", "-o", "alice.jpg"]]
    assert exit.value.code == 3  # as many as there are arguments
