"""Whatever is asked and seeded, an answer satisfies botocore's model of it."""

from __future__ import annotations

import base64
import re
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from hypothesis import given
from hypothesis import strategies as st

from moto_liveness import Challenge, Expired, FaceLiveness, Step, strategies
from moto_liveness.core.challenge import CHALLENGES
from moto_liveness.core.clock import now
from moto_liveness.core.operations import CREATE
from moto_liveness.core.progress import Progress, check_steps
from moto_liveness.core.session import ScriptedSession
from moto_liveness.rekognition import validation
from tests.aws import GET_OUTPUT, client, get, post

settings = st.fixed_dictionaries(
    {},
    optional={
        "AuditImagesLimit": st.integers(-3, 9),
        "OutputConfig": st.fixed_dictionaries(
            {"S3Bucket": st.just("images")}, optional={"S3KeyPrefix": st.just("a/b")}
        ),
        "ChallengePreferences": st.lists(
            st.fixed_dictionaries({"Type": st.sampled_from(sorted(CHALLENGES))}), max_size=2
        ),
    },
)


def check(shape: Shape, value: Any, path: str = "") -> None:
    """Assert that a JSON value satisfies a shape of the model, with every constraint of it."""
    if isinstance(shape, StructureShape):
        assert set(shape.required_members) <= set(value), path
        for name, item in value.items():
            if name in shape.members:  # an older botocore does not know the newest members
                check(shape.members[name], item, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        assert len(value) <= shape.metadata.get("max", 4), path
        for item in value:
            check(shape.member, item, f"{path}[]")
    elif shape.type_name == "float":
        assert shape.metadata.get("min", -2) <= value <= shape.metadata.get("max", 2), path
    else:
        text = base64.b64decode(value) if shape.type_name == "blob" else value
        assert shape.metadata.get("min", 0) <= len(text) <= shape.metadata.get("max", 10**9), path
        assert re.fullmatch(shape.metadata.get("pattern", ".*"), value, re.DOTALL), path
        # EXPIRED came to the model a few days after the operations, with botocore 1.29.119.
        assert value in [*shape.metadata.get("enum", [value]), "EXPIRED"], path


@given(steps=strategies.sessions(), settings=settings, polls=st.integers(1, 6))
def test_every_answer_satisfies_the_model(steps: tuple[Step, ...], settings: dict[str, Any], polls: int) -> None:
    with FaceLiveness() as face_liveness:
        client("s3").create_bucket(Bucket="images")
        face_liveness.queue(*steps)
        session_id = post("CreateFaceLivenessSession", {"Settings": settings}).json()["SessionId"]

        answers = [get(session_id) for _ in range(polls)]

    for answer in answers:
        if "__type" not in answer:
            check(GET_OUTPUT, answer)
            assert None not in answer.values()


@given(steps=strategies.sessions(), polls=st.integers(1, 12), seconds=st.lists(st.floats(0, 60), max_size=12))
def test_a_session_never_goes_back(steps: tuple[Step, ...], polls: int, seconds: list[float]) -> None:
    import datetime

    start = now()
    session = ScriptedSession(
        id="11111111-2222-3333-4444-555555555555",
        request={},
        progress=Progress(check_steps("queue", steps), since=start),
        allowed_challenges=(Challenge("FaceMovementChallenge", "1.0.0"),),
        created_at=start,
        region_name="us-east-1",
        account_id="123456789012",
        audit_images_limit=0,
    )
    ranks = ["CREATED", "IN_PROGRESS", "SUCCEEDED", "FAILED", "EXPIRED"]

    at, seen = start, []
    for pause in [*seconds, *[0.0] * polls]:
        at += datetime.timedelta(seconds=pause)
        step = session.step_at(at, Expired())
        session.count(step, at)
        seen += [ranks.index(step.status)] if step.status else []

    assert seen == sorted(seen)
    assert session.poll_count == len(seconds) + polls


@given(limit=st.integers(-(10**6), 10**6))
def test_any_whole_number_is_an_audit_images_limit(limit: int) -> None:
    assert validation.check(CREATE, {"Settings": {"AuditImagesLimit": limit}})
