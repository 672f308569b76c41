"""Whatever a handle can queue arrives unchanged over HTTP."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from moto_liveness import Expired, Failed, Succeeded, strategies
from moto_liveness.control.seeding import decode_result
from moto_liveness.core.scope import ANYWHERE
from moto_liveness.core.seeds import SEED, ErrorSeed, SessionSeed


def over_http(value: object) -> Any:
    return json.loads(json.dumps(value))


@given(steps=strategies.sessions(), optional=st.booleans())
@example(steps=(Succeeded(97.3),), optional=False)
@example(steps=(Failed(),), optional=False)
@example(steps=(Expired(),), optional=False)
def test_the_steps_of_a_session_arrive_as_they_were_said(steps: tuple[Any, ...], optional: bool) -> None:
    seed = SessionSeed(steps=steps, optional=optional)

    (arrived,) = decode_result(over_http(SEED.encode(seed)), ANYWHERE)

    assert arrived == seed


@given(
    message=st.text(),
    times=st.none() | st.integers(1, 9),
    session_id=st.none() | st.uuids().map(str),
    optional=st.booleans(),
)
def test_an_error_arrives_as_it_was_said(
    message: str, times: int | None, session_id: str | None, optional: bool
) -> None:
    seed = ErrorSeed(code="InternalServerError", message=message, times=times, session_id=session_id, optional=optional)

    (arrived,) = decode_result(over_http(SEED.encode(seed)), ANYWHERE)

    assert arrived == seed
