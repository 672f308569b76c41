"""Whatever a handle can say arrives as it was said."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from moto_liveness import Expired, Failed, Succeeded
from moto_liveness.control import serialize as wire
from moto_liveness.core.operations import GET
from moto_liveness.core.progress import check_steps
from moto_liveness.core.seeds import ErrorSeed, Scope, SessionSeed
from tests.test_properties import outcomes


def over_http(value: object) -> Any:
    return json.loads(json.dumps(value))


@given(steps=outcomes, optional=st.booleans())
@example(steps=(Succeeded(97.3),), optional=False)
@example(steps=(Failed(),), optional=False)
@example(steps=(Expired(),), optional=False)
def test_the_steps_of_a_session_arrive_as_they_were_said(steps: tuple[Any, ...], optional: bool) -> None:
    seed = SessionSeed(Scope(), optional, check_steps(steps))

    arrived = wire.decode_seed(over_http(wire.encode_seed(seed)), Scope())

    assert isinstance(arrived, SessionSeed)
    assert (arrived.steps, arrived.optional) == (seed.steps, optional)


@given(
    message=st.text(),
    times=st.none() | st.integers(1, 9),
    session_id=st.none() | st.uuids().map(str),
    optional=st.booleans(),
)
def test_an_error_arrives_as_it_was_said(
    message: str, times: int | None, session_id: str | None, optional: bool
) -> None:
    seed = ErrorSeed(Scope(), optional, "InternalServerError", message, GET, times, session_id)

    arrived = wire.decode_seed(over_http(wire.encode_seed(seed)), Scope())

    assert str(arrived) == str(seed)
    assert arrived.optional == optional
