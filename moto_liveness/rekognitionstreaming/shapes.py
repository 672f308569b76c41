"""The part of AWS's model of rekognitionstreaming that requests are checked against. botocore has none.

The names and the constraints are those of the Smithy model that the AWS SDK for JavaScript is generated from:
https://github.com/aws/aws-sdk-js-v3/blob/main/codegen/sdk-codegen/aws-models/rekognitionstreaming.json
"""

from __future__ import annotations

from typing import Any

from botocore.model import ServiceModel, Shape

#: The simple types and the lists, with their constraints.
TYPES: dict[str, dict[str, Any]] = {
    "UUID": {
        "type": "string",
        "length": [36, 36],
        "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    },
    "VideoWidth": {"type": "string", "length": [3, 4], "pattern": "^[0-9]{3,}$"},
    "VideoHeight": {"type": "string", "length": [3, 4], "pattern": "^[0-9]{3,}$"},
    "ChallengeVersions": {
        "type": "string",
        "length": [15, 150],
        "pattern": r"^([a-zA-Z]{10,}_\d+\.\d+\.\d+){1}(,[a-zA-Z]{10,}_\d+\.\d+\.\d+)*$",
    },
    # The years 2022 to 2041.
    "EpochMillis": {"type": "long", "range": [1640995200000, 2272147200000]},
    "Threshold": {"type": "float", "range": [0, 1]},
    "BoundingBoxFloat": {"type": "float", "range": [-1, 1]},
    "ColorComponentInt": {"type": "integer", "range": [0, 255]},
    "ColorComponentList": {"type": "list", "member": "ColorComponentInt", "length": [3, 3]},
    "ColorSequenceInt": {"type": "integer", "range": [0, 50]},
    "VideoChunk": {"type": "blob"},
}
_FACES = {"InitialFace": "InitialFace", "TargetFace": "TargetFace"}
_VIDEO = {"VideoStartTimestamp": "EpochMillis", "VideoEndTimestamp": "EpochMillis"}
#: The structures, with the members that they require, and the unions, which have one of their members.
SHAPES: dict[str, dict[str, dict[str, str]]] = {
    "StartFaceLivenessSessionRequest": {
        "required": {
            "SessionId": "UUID",
            "VideoWidth": "VideoWidth",
            "VideoHeight": "VideoHeight",
            "ChallengeVersions": "ChallengeVersions",
        }
    },
    "LivenessRequestStream": {
        "union": {
            "VideoEvent": "VideoEvent",
            "ClientSessionInformationEvent": "ClientSessionInformationEvent",
        }
    },
    "VideoEvent": {"optional": {"VideoChunk": "VideoChunk", "TimestampMillis": "EpochMillis"}},
    "ClientSessionInformationEvent": {"required": {"Challenge": "ClientChallenge"}},
    "ClientChallenge": {
        "union": {
            "FaceMovementAndLightChallenge": "FaceMovementAndLightClientChallenge",
            "FaceMovementChallenge": "FaceMovementClientChallenge",
        }
    },
    "FaceMovementAndLightClientChallenge": {
        "required": {"ChallengeId": "UUID"},
        "optional": {**_VIDEO, **_FACES, "ColorDisplayed": "ColorDisplayed"},
    },
    "FaceMovementClientChallenge": {"required": {"ChallengeId": "UUID"}, "optional": {**_VIDEO, **_FACES}},
    "InitialFace": {"required": {"BoundingBox": "BoundingBox", "InitialFaceDetectedTimestamp": "EpochMillis"}},
    "TargetFace": {
        "required": {
            "BoundingBox": "BoundingBox",
            "FaceDetectedInTargetPositionStartTimestamp": "EpochMillis",
            "FaceDetectedInTargetPositionEndTimestamp": "EpochMillis",
        }
    },
    "ColorDisplayed": {
        "required": {
            "CurrentColor": "FreshnessColor",
            "SequenceNumber": "ColorSequenceInt",
            "CurrentColorStartTimestamp": "EpochMillis",
        },
        "optional": {"PreviousColor": "FreshnessColor"},
    },
    "FreshnessColor": {"required": {"RGB": "ColorComponentList"}},
    "BoundingBox": {
        "required": {
            "Width": "Threshold",
            "Height": "Threshold",
            "Left": "BoundingBoxFloat",
            "Top": "BoundingBoxFloat",
        }
    },
}


def _simple(simple: dict[str, Any]) -> dict[str, Any]:
    """Return a simple type as botocore's models have it."""
    limits = dict(zip(("min", "max"), simple.get("length") or simple.get("range", ()), strict=False))
    return {**simple, **limits, "member": {"shape": simple.get("member")}}


def _structure(shape: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Return a structure as botocore's models have it."""
    members = {name: {"shape": kind} for kinds in shape.values() for name, kind in kinds.items()}
    required = list(shape.get("required", ()))
    return {"type": "structure", "required": required, "union": "union" in shape, "members": members}


_MODEL = ServiceModel(
    {
        "metadata": {},
        "shapes": {
            **{name: _simple(simple) for name, simple in TYPES.items()},
            **{name: _structure(shape) for name, shape in SHAPES.items()},
        },
    }
)

#: The parameters of StartFaceLivenessSession.
PARAMETERS: Shape = _MODEL.shape_for("StartFaceLivenessSessionRequest")
#: An event that a client sends, by its name.
EVENT: Shape = _MODEL.shape_for("LivenessRequestStream")
#: The names of the events that a client may send.
EVENTS = tuple(SHAPES["LivenessRequestStream"]["union"])
