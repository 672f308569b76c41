"""tools/every_moto.py: which releases it tests, and what it says of them."""

from __future__ import annotations

import subprocess

import pytest

from tools import every_moto

INDEX = "moto (5.2.5)\nAvailable versions: 5.2.5, 5.2.0, 5.1.0rc1, 5.0.0, 4.2.14\n  INSTALLED: 5.2.0\n"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> str:
    """A release with which the tests fail."""
    installed: list[str] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        _, _, module, *arguments = command
        if arguments[0] == "index":
            return subprocess.CompletedProcess(command, 0, INDEX, "")
        if module == "pip":
            installed.append(arguments[-1])
            return subprocess.CompletedProcess(command, 0, "", "")
        failed = installed[-1] == "moto==5.2.0"
        return subprocess.CompletedProcess(command, int(failed), "1 failed in 2s" if failed else "3 passed in 2s", "")

    monkeypatch.setattr(subprocess, "run", run)
    return "5.2.0"


def test_every_release_of_moto_5_is_tested(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert every_moto.main([]) == 1

    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line.startswith("moto ")] == [
        "moto 5.0.0: 3 passed in 2s",
        f"moto {broken}: 1 failed in 2s",
        "moto 5.2.5: 3 passed in 2s",
    ]
    assert printed[-1] == f"Failed: {broken}"


@pytest.mark.usefixtures("broken")
def test_a_release_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert every_moto.main(["5.2.5"]) == 0
    assert capsys.readouterr().out.splitlines() == ["moto 5.2.5: 3 passed in 2s", "All passed."]


def test_an_index_without_moto_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, "", "offline"))

    with pytest.raises(SystemExit, match=r"^The index lists no release of moto 5\.$"):
        every_moto.main([])
