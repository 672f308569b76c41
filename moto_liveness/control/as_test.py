"""A session as the Python test that seeds one like it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from moto_liveness.core.progress import waits_for_stream
from moto_liveness.core.scope import ANYWHERE
from moto_liveness.core.seeds import CallSeed, ErrorSeed
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.steps import STEPS, ApiError, Finished

_OURS = {"BoundingBox", "Challenge", "Image", "photo", *(kind.__name__ for kind in STEPS)}
# A string, or the repr of an image that does not say who is in it: there is no room for its bytes.
_STRING = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_STRING_OR_UNMARKED = re.compile(_STRING + r"|Image\(<\d+ bytes>((?:, BoundingBox\([^)]*\))?)\)")


def test_of(session: ScriptedSession, faults: Sequence[CallSeed]) -> str:
    """Return a test that runs as it is, and whose code under test is a create and a poll.

    Args:
        faults: what is queued beside the session, the other parts of its scenario.
    """
    steps = session.progress.steps
    fixture = handle = "face_liveness"
    endpoint = ""
    if waits_for_stream(steps):  # and nobody streams to mock_aws
        fixture, handle = "face_liveness_server", "face_liveness_server.face_liveness"
        endpoint = ", endpoint_url=face_liveness_server.endpoint_url"
    calls = [replace(fault, scenario=None, scope=ANYWHERE).call for fault in faults]
    body = [
        f"{handle}.queue({', '.join(map(repr, steps))})",
        *(f"{handle}.{call}" for call in calls),
        f"rekognition = boto3.client('rekognition', region_name={session.region_name!r}{endpoint})",
        "# Your code takes the place of what follows.",
        f"created = rekognition.create_face_liveness_session({_settings(session)})",
        *_poll(session, faults),
    ]
    printed = "\n".join([f"def test_it({fixture}):", *(f"    {line}" for line in body)])
    test = _STRING_OR_UNMARKED.sub(lambda found: found[1] or f"Image(photo('somebody'){found[2]})", printed)
    note = ["# photo('somebody') stands for pictures that do not say who is in them."] if test != printed else []
    return "\n".join([*_imports(test), "", *note, "", test, ""])


def _settings(session: ScriptedSession) -> str:
    limit = session.audit_images_limit
    return f"Settings={{'AuditImagesLimit': {limit}}}" if limit else ""


def _poll(session: ScriptedSession, faults: Sequence[CallSeed]) -> list[str]:
    poll = "rekognition.get_face_liveness_session_results(SessionId=created['SessionId'])"
    first = session.progress.steps[0]
    raised = [fault.error if not isinstance(fault, ErrorSeed) else "ClientError" for fault in faults]
    raised += ["ClientError"] if isinstance(first, ApiError) else []
    if raised:
        return [f"with pytest.raises({raised[0]}):", f"    {poll}"]
    seen = [f"results = {poll}", f"assert results['Status'] == {first.status!r}"]
    if isinstance(first, Finished) and first.confidence is not None:
        seen.append(f"assert results['Confidence'] == {first.confidence!r}")
    return seen


def _imports(test: str) -> list[str]:
    names = {node.id for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Name)}
    errors = sorted(name for name in names if name.endswith("Error") and name not in _OURS)
    return [
        "import boto3",
        *(["import pytest"] if "pytest" in names else []),
        *([f"from botocore.exceptions import {', '.join(errors)}"] if errors else []),
        f"from moto_liveness import {', '.join(sorted(names & _OURS))}",
    ]
