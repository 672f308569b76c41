"""What boto3 is configured to ask: the credentials, the region and the endpoint."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, NoCredentialsError

from moto_liveness.core import checks
from moto_liveness.probe.failures import CannotAskError, of_exception

#: Makes a client for a service in a region.
Clients: TypeAlias = Callable[[str, str], Any]

_CONFIG = Config(
    # boto3 would sleep between its own retries, so there are none.
    retries={"max_attempts": 0},
    connect_timeout=10,
    read_timeout=30,
    # The service refuses what it does not allow, not boto3.
    parameter_validation=False,
    # Nobody resolves bucket.localhost.
    s3={"addressing_style": "path"},
)
_AWS = re.compile(r"(vpce-[\w-]+\.)?rekognition(-fips)?\.[\w-]+\.((vpce\.)?amazonaws\.com|api\.aws)")


def session_of(profile: str | None) -> boto3.Session:
    """Return a session with credentials, by default those that boto3 finds. Raises CannotAskError without any."""
    try:
        session = boto3.Session(profile_name=profile)
        credentials = session.get_credentials()
    except BotoCoreError as error:
        raise CannotAskError(str(error)) from None
    if credentials is None:
        raise of_exception(NoCredentialsError())
    return session


def region_of(session: boto3.Session, name: str | None) -> str:
    """Return a region of Rekognition, by default that of the session. Raises CannotAskError for another one."""
    region_name = str(name or session.region_name or "us-east-1")
    known = session.get_available_regions("rekognition")
    if region_name not in known:
        hint = checks.did_you_mean(region_name, known)
        raise CannotAskError(f"Rekognition has no region {checks.short_repr(region_name)}", hint)
    return region_name


def clients_of(session: boto3.Session, endpoint_url: str | None) -> Clients:
    """Return clients with the credentials of a session, for one endpoint or for those of its configuration."""

    @functools.cache
    def make(service: str, region_name: str) -> Any:
        try:
            return session.client(service, region_name, endpoint_url=endpoint_url, config=_CONFIG)
        except (BotoCoreError, ValueError) as error:
            why = f"boto3 does not accept its configuration: {error}"
            raise CannotAskError(why, "Check the environment, the profile and --endpoint-url.") from None

    return make


def clients_of_the_mock(session: boto3.Session) -> Clients:
    """Return clients for mock_aws, which do not use the credentials and the endpoints of the user's configuration."""

    @functools.cache
    def make(service: str, region_name: str) -> Any:
        return session.client(
            service,
            region_name,
            endpoint_url=f"https://{service}.{region_name}.amazonaws.com",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=_CONFIG.merge(Config(use_fips_endpoint=False, use_dualstack_endpoint=False)),
        )

    return make


def is_aws(endpoint_url: str) -> bool:
    """Return whether an endpoint is Rekognition's, and not a server of ours, which may run on a host of AWS.

    https://docs.aws.amazon.com/general/latest/gr/rekognition.html
    """
    return _AWS.fullmatch(urlsplit(endpoint_url).hostname or "") is not None
