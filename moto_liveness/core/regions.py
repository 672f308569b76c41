"""The regions that serve Face Liveness.

https://docs.aws.amazon.com/general/latest/gr/rekognition.html
"""

from __future__ import annotations

import re

from moto_liveness.core import checks

_NAME = re.compile("[a-z0-9-]{1,50}")
#: Rekognition itself is in more regions.
FACE_LIVENESS_REGIONS = (
    "us-east-1",
    "us-west-2",
    "eu-west-1",
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-5",
    "ap-southeast-7",
    "sa-east-1",
)


class FaceLivenessRegionWarning(UserWarning):
    """The code under test calls a region where AWS does not serve Face Liveness.

    There AWS refuses the operations with AccessDeniedException and an empty message, which reads like an IAM problem.
    strict_regions=True makes the mock do the same. In a region that Rekognition does not have at all no host answers,
    and the client gets an EndpointConnectionError.
    """


def not_served(region_name: str) -> str:
    """Return the message for a region that does not serve Face Liveness."""
    return (
        f"AWS does not serve Face Liveness in {region_name}: there CreateFaceLivenessSession gets an "
        f"AccessDeniedException with an empty message. Regions that serve it: {', '.join(FACE_LIVENESS_REGIONS)}. "
        "strict_regions=True makes the mock answer as AWS does."
    )


def no_endpoint(region_name: str) -> str:
    """Return the message for a region that Rekognition does not have, whose name a client can choose."""
    shown = region_name if _NAME.fullmatch(region_name) else checks.short_repr(region_name)
    return (
        f"Rekognition is not in {shown}: on AWS no host answers there. Regions that serve Face Liveness: "
        f"{', '.join(FACE_LIVENESS_REGIONS)}."
    )
