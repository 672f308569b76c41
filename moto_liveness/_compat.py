"""Every reach into moto whose spelling differs between versions of moto 5, or that is no public name of moto.

moto.s3, moto.kms and moto.iam are imported when they are asked for: they take 70 to 110 ms each.
"""

from __future__ import annotations

import os
from typing import Any
from xml.etree import ElementTree

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID, MockAWS
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException


def mock_is_active() -> bool:
    """Return whether any mock_aws is running."""
    return MockAWS._nested_count > 0


def default_account() -> str:
    """Return the account that moto assumes for a client without credentials of another one."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def default_region() -> str:
    """Return the region of a client that names none, as boto3 finds it; us-east-1 where there is none."""
    return (boto3.DEFAULT_SESSION or boto3.Session()).region_name or "us-east-1"


def uuid4() -> str:
    """Return a UUID of moto's generator, which /moto-api/seed makes reproducible."""
    return str(mock_random.uuid4())


def s3_backend(account_id: str, partition: str) -> Any:
    """Return moto's S3 of an account. One a partition since moto 5.0.8, one "global" before."""
    from moto.s3.models import s3_backends

    account: Any = s3_backends[account_id]
    return account[partition if partition in account else "global"]


def kms_key(account_id: str, region_name: str, key_id: str) -> Any:
    """Return the KMS key with this id, ARN, alias or alias ARN; None if there is none."""
    from moto.kms.models import kms_backends

    backend = kms_backends[account_id][region_name]
    try:
        return backend.keys.get(backend.any_id_to_key_id(key_id))
    except (AttributeError, TypeError):  # what some versions raise for an unknown alias
        return None


def iam_denial(error: HTTPException) -> tuple[str, str]:
    """Return code and message of an IAM denial, as the JSON services of AWS name them. moto sends it as XML."""
    found = ElementTree.fromstring(error.description or "")
    code, message = (found.findtext(f".//{{*}}{name}") or "" for name in ("Code", "Message"))
    names = {
        "AccessDenied": "AccessDeniedException",
        "SignatureDoesNotMatch": "InvalidSignatureException",
        "InvalidClientTokenId": "UnrecognizedClientException",
    }
    return names.get(code, code), message
