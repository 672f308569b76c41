"""Hypothesis strategies, for property tests of an application. They need Hypothesis: pip install hypothesis.

https://hypothesis.readthedocs.io
"""

from __future__ import annotations

from typing import Any

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "moto_liveness.strategies needs Hypothesis: pip install hypothesis", name=error.name
    ) from None

from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.challenge import CHALLENGES, Challenge
from moto_liveness.core.feedback import FEEDBACK_MESSAGES
from moto_liveness.core.images import MAX_AUDIT_IMAGES, Image
from moto_liveness.core.operations import GET_RESULTS
from moto_liveness.core.steps import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded

__all__ = ["sessions"]

# Two of them are less than the three minutes of a session.
_LONGEST_WAIT = 89.0


def sessions() -> st.SearchStrategy[tuple[Step, ...]]:
    """Return a strategy for everything that can happen to one person: the steps of a session, for `queue(*steps)`.

    A session may wait, for polls or by the clock, and get an error on the way. It ends SUCCEEDED, FAILED or EXPIRED
    with anything that AWS could answer, or in an error that stays, or it stays pending.
    """
    endings = st.one_of(_succeeded(), _failed(), st.builds(Expired), _errors(), st.builds(InProgress))
    ways = st.tuples(_maybe(_waits(Created)), _maybe(_waits(InProgress)), _maybe(_errors()), endings.map(_alone))
    # A result at once is the likeliest to get past an application that asks only once.
    return st.one_of(
        st.just((Created(),)),
        _succeeded().map(_alone),
        _failed().map(_alone),
        ways.map(lambda parts: tuple(step for part in parts for step in part)),
    )


def _maybe(steps: st.SearchStrategy[Step]) -> st.SearchStrategy[tuple[Step, ...]]:
    return st.one_of(st.just(()), steps.map(_alone))


def _alone(step: Step) -> tuple[Step, ...]:
    return (step,)


def _waits(kind: type[Created | InProgress]) -> st.SearchStrategy[Step]:
    return st.builds(kind, polls=st.integers(1, 3)) | st.builds(kind, seconds=st.floats(0.1, _LONGEST_WAIT))


def _texts(longest: int) -> st.SearchStrategy[str]:
    # Not from st.characters(): its table of Unicode takes seconds to make, which the first example would have to wait
    # for, and fail Hypothesis' health check. Surrogates are not text.
    characters = st.integers(0x20, 0xD7FF) | st.integers(0xE000, 0x10FFFF)
    return st.text(characters.map(chr), min_size=1, max_size=longest)


def _errors() -> st.SearchStrategy[Step]:
    return st.builds(ApiError, st.sampled_from(sorted(GET_RESULTS.errors)))


def _succeeded() -> st.SearchStrategy[Step]:
    return st.builds(
        Succeeded,
        confidence=_percents(),
        feedback=_feedback(),
        **_members_of_both(),
    )


def _failed() -> st.SearchStrategy[Step]:
    return st.builds(Failed, confidence=st.none() | _percents(), **_members_of_both())


def _members_of_both() -> dict[str, st.SearchStrategy[Any]]:
    challenges = [Challenge(kind, version) for kind, versions in CHALLENGES.items() for version in versions]
    return {
        "reference_image": st.none() | _images(),
        "audit_images": st.none() | st.lists(_images(), max_size=MAX_AUDIT_IMAGES),
        "challenge": st.none() | st.sampled_from(challenges),
        "sdk_type": st.none() | _texts(64),
    }


def _percents() -> st.SearchStrategy[float]:
    # Without what looks like a ratio.
    return st.just(0.0) | st.floats(1, 100, exclude_min=True) | st.integers(2, 100)


def _images() -> st.SearchStrategy[Image]:
    # AWS's boxes may reach beyond the picture.
    ratios, sizes = st.floats(-1, 2), st.floats(0, 2)
    boxes = st.builds(BoundingBox, left=ratios, top=ratios, width=sizes, height=sizes)
    return st.builds(Image, st.binary(max_size=50).map(b"\xff\xd8\xff".__add__), st.none() | boxes)


def _feedback() -> st.SearchStrategy[list[str | tuple[str, str]]]:
    codes = st.sampled_from(sorted(FEEDBACK_MESSAGES))
    return st.lists(codes | st.tuples(codes, _texts(512)), max_size=10)
