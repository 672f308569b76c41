"""Seeding in other languages: the programs of docs/how-to/other-languages.md, where the language is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("sybil", reason="the documentation is tested where Sybil is installed")

from moto_liveness import FaceLivenessServer
from tests import aws
from tests.aws import create, poll
from tests.conftest import needs_flask
from tests.documentation import blocks
from tests.waiting import PATIENCE

pytestmark = needs_flask

PAGE = "docs/how-to/other-languages.md"
COMMANDS = {
    "ruby": ["ruby", "seed.rb"],
    "php": ["php", "seed.php"],
    "java": ["java", "Seed.java"],
    "go": ["go", "run", "seed.go"],
}


@pytest.mark.parametrize("language", COMMANDS)
def test_a_program_queues_a_seed_and_says_what_is_wrong_with_another(
    face_liveness_server: FaceLivenessServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(aws, "ENDPOINT", face_liveness_server.endpoint_url)
    program, *_, name = COMMANDS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    (code,) = blocks(PAGE, language)

    def run(code: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / name).write_text(code)
        env = {**os.environ, "AWS_ENDPOINT_URL_REKOGNITION": face_liveness_server.endpoint_url}
        env |= {"GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "-mod=mod"}
        return subprocess.run(
            COMMANDS[language], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=5 * PATIENCE
        )

    done = run(code)
    refused = run(code.replace("97.3", "973"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert poll(create())["Confidence"] == 97.3
    assert refused.returncode != 0
    assert "confidence" in refused.stdout + refused.stderr


def test_the_page_has_a_program_in_each_language() -> None:
    for language in (*COMMANDS, "csharp"):
        (code,) = blocks(PAGE, language)
        assert "/moto-api/static/rekognition/face-liveness-results" in code
