"""The questions, one entry each: the name of the choice, a sentence, and a short script.

A script sends requests and yields the answers that count. It is the same for AWS and for the mock, so no expectation
is written down here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from moto_liveness.probe.answers import Answer
from moto_liveness.probe.service import Service

# A region with Rekognition, but without Face Liveness.
NOT_SERVED = "eu-central-1"
# No challenge has that version.
_IMPOSSIBLE = {"Type": "FaceMovementChallenge", "Versions": {"Minimum": "9.0.0"}}


@dataclass(frozen=True)
class Question:
    """A question to AWS.

    Args:
        sentence: the question in English.
        script: what asks it. It yields the answers, and None where it goes on three minutes later.
        waits: whether the script yields None once.
        needs_bucket: whether the script needs a bucket in the region.
        unanswerable: why it cannot be asked; empty if it can.
    """

    sentence: str
    script: Callable[[Service], Iterable[Answer | None]]
    waits: bool = False
    needs_bucket: bool = False
    unanswerable: str = ""

    def left_out(self, why: str) -> Question:
        """Return the question as one that cannot be asked."""
        return replace(self, waits=False, unanswerable=self.unanswerable or why)


def other_region(region_name: str) -> str:
    """Return another region that serves Face Liveness."""
    return "us-east-1" if region_name == "us-west-2" else "us-west-2"


def _elsewhere(service: Service) -> Service:
    return replace(service, region_name=other_region(service.region_name))


def _repeated_token(service: Service) -> Iterator[Answer]:
    token = service.made_up("token")
    for limit in (1, 4):
        yield service.create({"ClientRequestToken": token, "Settings": {"AuditImagesLimit": limit}})


def _expired_session(service: Service) -> Iterator[Answer | None]:
    session_id = service.session()
    yield None
    yield service.get(session_id)


def _expired_token(service: Service) -> Iterator[Answer | None]:
    token = service.made_up("token")
    service.session({"ClientRequestToken": token})
    yield None
    yield service.create({"ClientRequestToken": token})


def _output(bucket: str, prefix: str) -> dict[str, Any]:
    # Always with the prefix: what AWS may write is found there, and deleted.
    return {"Settings": {"OutputConfig": {"S3Bucket": bucket, "S3KeyPrefix": prefix}}}


#: By the name of the choice that the answer decides, as in docs/what-aws-does-not-say.md.
QUESTIONS = {
    "the_text_of_session_not_found": Question(
        "What does GetFaceLivenessSessionResults answer for a session id that does not exist?",
        lambda service: [service.get(str(uuid4()))],
    ),
    "a_malformed_session_id_is_a_validation_exception": Question(
        "What does GetFaceLivenessSessionResults answer for a session id that is not a UUID?",
        # As long as a UUID: with the length, AWS would have two constraints to complain about, in an order of its own.
        lambda service: [service.get("a-text-of-36-letters-that-is-no-uuid")],
    ),
    "the_text_of_a_serialization_exception": Question(
        "What does GetFaceLivenessSessionResults answer for a session id that is a number?",
        lambda service: [service.get(5)],
    ),
    "a_session_of_another_region_is_not_found": Question(
        "What does GetFaceLivenessSessionResults answer for a session of another region?",
        lambda service: [_elsewhere(service).get(service.session())],
    ),
    "the_headers_of_an_error": Question(
        "Which headers does an error of GetFaceLivenessSessionResults have?",
        lambda service: [service.headers_of_get(str(uuid4()))],
    ),
    "created_carries_no_other_members": Question(
        "What does GetFaceLivenessSessionResults answer for a session that nobody has streamed to?",
        lambda service: [service.get(service.session())],
    ),
    "an_audit_images_limit_out_of_range_is_accepted": Question(
        "What does CreateFaceLivenessSession answer to an AuditImagesLimit of -1, and of 5?",
        lambda service: (service.create({"Settings": {"AuditImagesLimit": limit}}) for limit in (-1, 5)),
    ),
    "a_repeated_token_returns_its_session_whatever_the_other_parameters": Question(
        "What does CreateFaceLivenessSession answer to a ClientRequestToken that is repeated with other parameters?",
        _repeated_token,
    ),
    "preferences_that_cannot_be_met_are_an_invalid_parameter_at_create": Question(
        "What does CreateFaceLivenessSession answer to ChallengePreferences that no challenge meets?",
        lambda service: [service.create({"Settings": {"ChallengePreferences": [_IMPOSSIBLE]}})],
    ),
    "a_bad_bucket_is_an_invalid_parameter_at_create": Question(
        "What does CreateFaceLivenessSession answer to a bucket that does not exist?",
        lambda service: [service.create(_output(service.made_up("bucket that nobody has"), service.prefix))],
    ),
    "a_bucket_in_another_region_is_an_invalid_parameter_at_create": Question(
        "What does CreateFaceLivenessSession answer to a bucket in another region?",
        lambda service: [_elsewhere(service).create(_output(service.bucket, service.prefix))],
        needs_bucket=True,
    ),
    "a_kms_key_that_moto_does_not_know_is_accepted": Question(
        "What does CreateFaceLivenessSession answer to a KMS key that does not exist?",
        lambda service: [service.create({"KmsKeyId": f"alias/{service.made_up('key that nobody has')}"})],
    ),
    "create_takes_a_prefix_with_a_slash_and_writes_nothing": Question(
        "Does CreateFaceLivenessSession take an S3KeyPrefix that ends in a slash, and does it write to the bucket?",
        lambda service: [service.create(_output(service.bucket, f"{service.prefix}/")), service.keys()],
        needs_bucket=True,
    ),
    "a_prefix_that_ends_in_a_slash_gets_no_second_one": Question(
        "Which keys do the images have after an S3KeyPrefix that ends in a slash?",
        lambda _: (),
        unanswerable="AWS writes the images after a video, and the probe streams none",
    ),
    "a_region_without_face_liveness_answers_with_a_warning": Question(
        "What does CreateFaceLivenessSession answer in a region that does not serve Face Liveness?",
        lambda service: [replace(service, region_name=NOT_SERVED).create({})],
    ),
    "after_three_minutes_get_answers_status_expired": Question(
        "What does GetFaceLivenessSessionResults answer three minutes after CreateFaceLivenessSession?",
        _expired_session,
        waits=True,
    ),
    "a_token_dies_with_its_session_after_three_minutes": Question(
        "What does CreateFaceLivenessSession answer to a ClientRequestToken whose session has expired?",
        _expired_token,
        waits=True,
    ),
}
