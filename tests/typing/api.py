"""What the type checker must accept, and what it must refuse: a line without its error makes the ignore an error."""

from __future__ import annotations

import datetime
from pathlib import Path

import PIL.Image

from moto_liveness import (
    ApiError,
    BoundingBox,
    Call,
    Challenge,
    Created,
    Expired,
    FaceLiveness,
    Failed,
    Image,
    InProgress,
    Seed,
    Session,
    Step,
    Succeeded,
    photo,
)

from moto_liveness import Suceeded  # type: ignore[attr-defined]  # isort: skip


def accepted(face_liveness: FaceLiveness) -> None:
    seed: Seed = face_liveness.queue(Created(), InProgress(polls=2), Succeeded(97.3), optional=True)
    used: bool = seed.used
    session_id: str | None = seed.session_id
    late: Seed = face_liveness.queue_delay(2.5, when="connect", times=None)
    error: Seed = face_liveness.queue_error(
        "ThrottlingException", "Slow down", operation="CreateFaceLivenessSession", times=None
    )
    session: Session = face_liveness.add_session(Failed(confidence=99), session_id="1")
    session.set_outcome(InProgress(seconds=1.5), ApiError("InternalServerError"))
    status: str | None = session.status
    created_at: datetime.datetime = session.created_at
    calls: list[Call] = face_liveness.calls
    sessions: list[Session] = face_liveness.sessions
    elsewhere: FaceLiveness = face_liveness.at("eu-west-1", account_id="111122223333")
    people: list[str] = face_liveness.people_in("users")
    face_liveness.set_default(Expired())
    face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))
    assert [late, used, session_id, error, status, created_at, calls, sessions, elsewhere, people]


def accepted_values() -> None:
    box = BoundingBox(left=0, top=0.5, width=1, height=1)
    Succeeded(confidence=97, reference_image=None, audit_images=[b"", "face.jpg", Path("face.jpg"), Image(b"", box)])
    Succeeded(97, challenge=Challenge("FaceMovementChallenge", "1.0.0"))
    Succeeded(97, feedback=["FACE_NOT_VISIBLE", ("FACE_NOT_VISIBLE", "Look here.")], sdk_type="web")
    photo("alice", likeness=85, face={"EyesOpen": {"Value": False}})
    photo("alice", "bob", face=[{}, {"Quality": {"Brightness": 20.0}}])
    data: bytes = Image("face.jpg").data
    confidence: float = Succeeded(97.3).confidence
    maybe: float | None = Failed().confidence
    Image(PIL.Image.new("RGB", (640, 480)))
    with FaceLiveness(assert_all_used=False) as face_liveness:
        assert [data, confidence, maybe, face_liveness]


def refused(face_liveness: FaceLiveness) -> None:
    face_liveness.queue("SUCCEEDED")  # type: ignore[arg-type]
    face_liveness.queue(Succeeded)  # type: ignore[arg-type]
    face_liveness.queue([Failed()])  # type: ignore[arg-type]
    face_liveness.queue(Failed(), region_name="eu-west-1")  # type: ignore[call-arg]
    face_liveness.queue_error("ThrottlingException", "", "GetFaceLivenessSessionResults")  # type: ignore[call-arg]
    face_liveness.queue_error("ThrottlingException", times="2")  # type: ignore[arg-type]
    face_liveness.set_after_expiry(Failed())  # type: ignore[arg-type]
    face_liveness.calls[0].status = "SUCCEEDED"  # type: ignore[misc]
    face_liveness.suceeds()  # type: ignore[attr-defined]


def accepted_lists(face_liveness: FaceLiveness) -> None:
    endings = [Failed(), Expired(), Succeeded(12.0), ApiError("InternalServerError")]
    steps: list[Step] = [Created(), InProgress()]
    for ending in endings:
        face_liveness.queue(*steps, ending)
    assert [Suceeded, [step.status for step in steps]]


def refused_values() -> None:
    Succeeded()  # type: ignore[call-arg]
    Succeeded("97")  # type: ignore[arg-type]
    Succeeded(97, None)  # type: ignore[call-arg]
    Succeeded(97, audit_images=b"")  # type: ignore[arg-type]
    Failed(feedback=["FACE_NOT_VISIBLE"])  # type: ignore[call-arg]
    Created(2)  # type: ignore[call-arg]
    InProgress(polls="2")  # type: ignore[arg-type]
    BoundingBox(0, 0, 1, 1)  # type: ignore[call-arg]
    Image(5)  # type: ignore[arg-type]
    Succeeded(97.3).confidence = 12  # type: ignore[misc]
