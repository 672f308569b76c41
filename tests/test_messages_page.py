"""docs/reference/messages.md has every message of the package, and no other.

Each has a row: its first words, with … for the values, and what to do.
"""

from __future__ import annotations

import re
from pathlib import Path

import moto_liveness
from moto_liveness import pytest_plugin
from moto_liveness.core.feedback import FEEDBACK_MESSAGES
from moto_liveness.core.operations import OPERATIONS
from moto_liveness.core.seeds import _ERROR_IN, _FAILURE_IN, _LATE_IN, _LOST_IN
from tests.messages import messages, texts

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "messages.md"
LISTED = re.findall(r"^\| `(.*?)` \|", PAGE.read_text(), re.MULTILINE)

# The page leaves the errors that AWS documents to AWS.
AWS = {re.sub(r"\{\w+\}", "…", error.text) for one in OPERATIONS.values() for error in one._all_errors.values()}
# Sentences for the person in front of the camera.
FEEDBACK = set(FEEDBACK_MESSAGES.values())
# The words of the console.
PHASES = {words for phases in (_ERROR_IN, _LOST_IN, _LATE_IN, _FAILURE_IN) for words in phases.values()}
OPTIONS = {description for description, _ in pytest_plugin._OPTIONS.values()}
# What stands inside of messages, or is printed in the blocks of the page.
PARTS = {
    "Captured face liveness calls",
    "Did you mean …?",
    "Seed a picture that says who is in it: reference_image=photo('alice')",
    "drawn. For up to …, pass your own picture as of=.",
    "a percentage between 1 and 100",
    "a step with status …",
    "in a picture.",
    "…queue(<Scenario …>), its …",
    "moto-liveness on localhost",
    "the Pillow image of …x…, written as JPEG,",
    "the image …",
    "the marker of …",
    "for … polls",
    "for … seconds",
    "until the stream",
    "with a confidence of … percent",
    "…… for … of …",
    ", queued at …",
    "… answered … …",
    "… of video, … bytes",
    "……: raised …… times",
    "… in …, account …",
    "… seconds late",
    "… in …… -> …",
    "…: … is …",
}


def test_every_message_has_a_row() -> None:
    told = {text.strip() for text in messages()} - AWS - FEEDBACK - OPTIONS - PHASES - PARTS

    assert [text for text in sorted(told) if not any(text.startswith(row) or text in row for row in LISTED)] == []


def test_every_row_is_a_message() -> None:
    known = {text.strip() for text in texts()}

    assert [row for row in LISTED if not any(text.startswith(row) for text in known)] == []


def test_every_public_error_and_warning_is_named() -> None:
    public = [name for name in moto_liveness.__all__ if name.endswith(("Error", "Warning")) and name != "ApiError"]

    assert [name for name in public if name not in PAGE.read_text()] == []


def test_no_row_is_there_twice_under_a_heading() -> None:
    for section in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE):
        rows = re.findall(r"^\| `(.*?)` \|", section, re.MULTILINE)
        assert len(rows) == len(set(rows))


def test_the_messages_are_found_in_the_source() -> None:
    found = messages()

    assert "session … was polled, but nothing was queued for it when it was created in …." in found  # by a function
    assert "…: is it a moto_liveness_server? A plain moto_server has no such route." in found  # a constant
    assert any(message.startswith("a client broke off its TLS handshake: …. ") for message in found)  # in the log
    assert len(found) > 150
