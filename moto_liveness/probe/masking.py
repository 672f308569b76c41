"""Masks what identifies the account of a user, and what differs between two runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Members whose values are ids of their own form.
_IDS = {"logref", "requestid", "x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"}

# An ARN has an account in it, and either may have the name of a bucket or a UUID.
_WHOLE = [
    (re.compile(r"\barn:aws[a-z-]*:[\w:/.+=,@*-]*[\w/*]"), "<arn>"),
    (re.compile(r"\bhttps?://[^\s'\"<>]*[\w/]", re.IGNORECASE), "<url>"),
    # What urllib3 says of a connection, and the endpoint of a VPC.
    (re.compile(r"(?<=host=')[^']+|\bvpce-[\w.-]*\w"), "<host>"),
    # In the texts of S3 and KMS that another service passes on: "(... Request ID: ...; S3 Extended Request ID: ...)".
    (re.compile(r"(?<=Request ID: )[\w+/=-]+"), "<id>"),
]
_PARTS = [
    (re.compile(r"\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    # Access keys and the ids of users and roles: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    (re.compile(r"\bA[A-Z]{3}[A-Z0-9]{12,}\b"), "<iam id>"),
    (re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])"), "<account>"),
    (re.compile(r"(?<![\w.])[0-9]{1,3}(\.[0-9]{1,3}){3}(?![\w.]*[0-9])"), "<ip>"),
    # Session tokens, signatures and other secrets, in Base64 or hexadecimal.
    (re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{40,}=*"), "<secret>"),
]


def mask(value: Any, names: Mapping[str, str]) -> Any:
    """Return a JSON value with placeholders for ids, ARNs, account numbers, access keys, secrets, URLs and hosts.

    Args:
        names: placeholders for the texts that the question itself knows, such as the id of its first session.
    """
    if isinstance(value, Mapping):
        return {key: "<id>" if key.lower() in _IDS else mask(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item, names) for item in value]
    if not isinstance(value, str):
        return value
    given = [(re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])"), label) for name, label in names.items() if name]
    for pattern, placeholder in (*_WHOLE, *given, *_PARTS):
        value = pattern.sub(placeholder, value)
    return value
