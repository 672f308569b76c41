"""The part of AWS's model of rekognitionstreaming that requests are checked against. botocore has none.

The names and the constraints are those of the Smithy model that the AWS SDK for JavaScript is generated from:
https://github.com/aws/aws-sdk-js-v3/tree/main/clients/client-rekognitionstreaming
"""

from __future__ import annotations

from typing import Any

from botocore.model import ServiceModel, Shape


def _structure(*required: str, **members: str) -> dict[str, Any]:
    shapes = {name: {"shape": shape} for name, shape in members.items()}
    return {"type": "structure", "required": list(required), "members": shapes}


_MODEL = ServiceModel(
    {
        "metadata": {},
        "shapes": {
            "SessionId": {
                "type": "string",
                "min": 36,
                "max": 36,
                "pattern": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            },
            "Pixels": {"type": "string", "min": 3, "max": 4, "pattern": "[0-9]{3,4}"},
            "ChallengeVersions": {
                "type": "string",
                "min": 15,
                "max": 150,
                "pattern": r"\w+_\d{1,3}\.\d{1,3}\.\d{1,3}(,\w+_\d{1,3}\.\d{1,3}\.\d{1,3})*",
            },
            "Blob": {"type": "string"},
            "Timestamp": {"type": "long"},
            "Ratio": {"type": "float"},
            "String": {"type": "string"},
            "SequenceNumber": {"type": "integer", "min": 0, "max": 50},
            "ColorComponent": {"type": "integer", "min": 0, "max": 255},
            "Color": {"type": "list", "member": {"shape": "ColorComponent"}, "min": 3, "max": 3},
            "FreshnessColor": _structure("RGB", RGB="Color"),
            "BoundingBox": _structure(Width="Ratio", Height="Ratio", Left="Ratio", Top="Ratio"),
            "InitialFace": _structure(
                "BoundingBox",
                "InitialFaceDetectedTimestamp",
                BoundingBox="BoundingBox",
                InitialFaceDetectedTimestamp="Timestamp",
            ),
            "TargetFace": _structure(
                "BoundingBox",
                "FaceDetectedInTargetPositionStartTimestamp",
                "FaceDetectedInTargetPositionEndTimestamp",
                BoundingBox="BoundingBox",
                FaceDetectedInTargetPositionStartTimestamp="Timestamp",
                FaceDetectedInTargetPositionEndTimestamp="Timestamp",
            ),
            "ColorDisplayed": _structure(
                "CurrentColor",
                "SequenceNumber",
                "CurrentColorStartTimestamp",
                CurrentColor="FreshnessColor",
                PreviousColor="FreshnessColor",
                SequenceNumber="SequenceNumber",
                CurrentColorStartTimestamp="Timestamp",
            ),
            "ClientChallenge": _structure(
                "ChallengeId",
                ChallengeId="String",
                VideoStartTimestamp="Timestamp",
                VideoEndTimestamp="Timestamp",
                InitialFace="InitialFace",
                TargetFace="TargetFace",
                ColorDisplayed="ColorDisplayed",
            ),
            "ClientChallenges": _structure(
                FaceMovementAndLightChallenge="ClientChallenge", FaceMovementChallenge="ClientChallenge"
            ),
            "StartFaceLivenessSessionRequest": _structure(
                "SessionId",
                "VideoWidth",
                "VideoHeight",
                "ChallengeVersions",
                SessionId="SessionId",
                VideoWidth="Pixels",
                VideoHeight="Pixels",
                ChallengeVersions="ChallengeVersions",
            ),
            "VideoEvent": _structure("VideoChunk", VideoChunk="Blob", TimestampMillis="Timestamp"),
            "ClientSessionInformationEvent": _structure("Challenge", Challenge="ClientChallenges"),
        },
    }
)

#: The parameters of StartFaceLivenessSession.
PARAMETERS: Shape = _MODEL.shape_for("StartFaceLivenessSessionRequest")
#: The events that a client may send.
EVENTS: dict[str, Shape] = {name: _MODEL.shape_for(name) for name in ("VideoEvent", "ClientSessionInformationEvent")}
