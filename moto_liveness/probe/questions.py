"""The questions, an entry each: the name of the choice, a sentence, and a short script.

A script sends requests and returns the answers that count. It is the same for AWS and for the mock, so no expectation
is written down here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from moto_liveness.probe.answers import Answer
from moto_liveness.probe.service import Service

# Rekognition is there, Face Liveness is not.
NOT_SERVED = "eu-central-1"


@dataclass(frozen=True)
class Question:
    """A question to AWS.

    name: the choice that the answer decides, as in docs/what-aws-does-not-say.md.
    sentence: the question in English.
    ask: the script; None if it cannot be asked. The str is what `before` returned.
    before: what the script needs three minutes earlier.
    needs_bucket: whether the script needs a bucket in the region.
    unanswerable: why it cannot be asked; empty if it can.
    """

    name: str
    sentence: str
    ask: Callable[[Service, str], Sequence[Answer]] | None
    before: Callable[[Service], str] | None = None
    needs_bucket: bool = False
    unanswerable: str = ""

    def left_out(self, why: str) -> Question:
        """Return the question as one that cannot be asked."""
        return replace(self, before=None, unanswerable=self.unanswerable or why)


def other_region(region_name: str) -> str:
    """Return another region that serves Face Liveness."""
    return "us-east-1" if region_name == "us-west-2" else "us-west-2"


def _unknown_id(service: Service, _: str) -> list[Answer]:
    return [service.get(str(uuid4()))]


def _malformed_id(service: Service, _: str) -> list[Answer]:
    # As long as a UUID: with the length, AWS would have two constraints to complain of, in an order of its own.
    return [service.get("a-text-of-36-letters-that-is-no-uuid")]


def _id_of_another_type(service: Service, _: str) -> list[Answer]:
    return [service.get(5)]


def _headers(service: Service, _: str) -> list[Answer]:
    return [service.headers_of_get(str(uuid4()))]


def _id_of_another_region(service: Service, _: str) -> list[Answer]:
    return [service.at(other_region(service.region_name)).get(service.session())]


def _created(service: Service, _: str) -> list[Answer]:
    return [service.get(service.session())]


def _create_session(service: Service) -> str:
    return service.session()


def _expired(service: Service, session_id: str) -> list[Answer]:
    return [service.get(session_id)]


def _limits(service: Service, _: str) -> list[Answer]:
    return [service.create({"Settings": {"AuditImagesLimit": limit}}) for limit in (-1, 5)]


def _token_with_other_parameters(service: Service, _: str) -> list[Answer]:
    token = service.made_up("token")
    settings: Sequence[dict[str, Any]] = ({"AuditImagesLimit": 1}, {"AuditImagesLimit": 4})
    return [service.create({"ClientRequestToken": token, "Settings": each}) for each in settings]


def _create_token(service: Service) -> str:
    token = service.made_up("token")
    service.session({"ClientRequestToken": token})
    return token


def _token_after_its_session(service: Service, token: str) -> list[Answer]:
    return [service.create({"ClientRequestToken": token})]


def _impossible_preferences(service: Service, _: str) -> list[Answer]:
    preference = {"Type": "FaceMovementChallenge", "Versions": {"Minimum": "9.0.0"}}
    return [service.create({"Settings": {"ChallengePreferences": [preference]}})]


def _unknown_bucket(service: Service, _: str) -> list[Answer]:
    return [service.create(_output(service.made_up("bucket that nobody has"), service.prefix))]


def _bucket_elsewhere(service: Service, _: str) -> list[Answer]:
    return [service.at(other_region(service.region_name)).create(_output(service.bucket, service.prefix))]


def _unknown_key(service: Service, _: str) -> list[Answer]:
    return [service.create({"KmsKeyId": f"alias/{service.made_up('key that nobody has')}"})]


def _prefix_with_slash(service: Service, _: str) -> list[Answer]:
    return [service.create(_output(service.bucket, f"{service.prefix}/")), service.keys()]


def _not_served(service: Service, _: str) -> list[Answer]:
    return [service.at(NOT_SERVED).create({})]


def _output(bucket: str, prefix: str) -> dict[str, Any]:
    # Always with the prefix: what AWS may write is found there, and deleted.
    return {"Settings": {"OutputConfig": {"S3Bucket": bucket, "S3KeyPrefix": prefix}}}


QUESTIONS = (
    Question(
        "the_text_of_session_not_found",
        "What does GetFaceLivenessSessionResults answer for a session id that does not exist?",
        _unknown_id,
    ),
    Question(
        "a_malformed_session_id_is_a_validation_exception",
        "What does GetFaceLivenessSessionResults answer for a session id that is not a UUID?",
        _malformed_id,
    ),
    Question(
        "the_text_of_a_serialization_exception",
        "What does GetFaceLivenessSessionResults answer for a session id that is a number?",
        _id_of_another_type,
    ),
    Question(
        "a_session_of_another_region_is_not_found",
        "What does GetFaceLivenessSessionResults answer for a session of another region?",
        _id_of_another_region,
    ),
    Question(
        "the_headers_of_an_error",
        "Which headers does an error of GetFaceLivenessSessionResults have?",
        _headers,
    ),
    Question(
        "created_carries_no_other_members",
        "What does GetFaceLivenessSessionResults answer for a session that nobody has streamed to?",
        _created,
    ),
    Question(
        "an_audit_images_limit_out_of_range_is_accepted",
        "What does CreateFaceLivenessSession answer to an AuditImagesLimit of -1, and of 5?",
        _limits,
    ),
    Question(
        "a_repeated_token_returns_its_session_whatever_the_other_parameters",
        "What does CreateFaceLivenessSession answer to a ClientRequestToken that is repeated with other parameters?",
        _token_with_other_parameters,
    ),
    Question(
        "preferences_that_cannot_be_met_are_an_invalid_parameter_at_create",
        "What does CreateFaceLivenessSession answer to ChallengePreferences that no challenge meets?",
        _impossible_preferences,
    ),
    Question(
        "a_bad_bucket_is_an_invalid_parameter_at_create",
        "What does CreateFaceLivenessSession answer to a bucket that does not exist?",
        _unknown_bucket,
    ),
    Question(
        "a_bucket_in_another_region_is_an_invalid_parameter_at_create",
        "What does CreateFaceLivenessSession answer to a bucket in another region?",
        _bucket_elsewhere,
        needs_bucket=True,
    ),
    Question(
        "a_kms_key_that_moto_does_not_know_is_accepted",
        "What does CreateFaceLivenessSession answer to a KMS key that does not exist?",
        _unknown_key,
    ),
    Question(
        "create_takes_a_prefix_with_a_slash_and_writes_nothing",
        "Does CreateFaceLivenessSession take an S3KeyPrefix that ends in a slash, and does it write to the bucket?",
        _prefix_with_slash,
        needs_bucket=True,
    ),
    Question(
        "a_prefix_that_ends_in_a_slash_gets_no_second_one",
        "Which keys do the images have after an S3KeyPrefix that ends in a slash?",
        None,
        unanswerable="AWS writes the images after a video, and the probe streams none",
    ),
    Question(
        "a_region_without_face_liveness_answers_with_a_warning",
        "What does CreateFaceLivenessSession answer in a region that does not serve Face Liveness?",
        _not_served,
    ),
    Question(
        "after_three_minutes_get_answers_status_expired",
        "What does GetFaceLivenessSessionResults answer three minutes after CreateFaceLivenessSession?",
        _expired,
        before=_create_session,
    ),
    Question(
        "a_token_dies_with_its_session_after_three_minutes",
        "What does CreateFaceLivenessSession answer to a ClientRequestToken whose session has expired?",
        _token_after_its_session,
        before=_create_token,
    ),
)
