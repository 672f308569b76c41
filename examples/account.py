"""One face, one account: nobody signs up twice, and the face goes with the account.

The code under test: it knows nothing of tests.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum

import boto3

rekognition = boto3.client("rekognition", region_name="us-east-1")

COLLECTION = "users"
#: How sure Amazon Rekognition must be that a real person sits in front of the camera, in percent.
LIVENESS_THRESHOLD = 90
#: From which similarity on two faces are those of one person, in percent.
SIMILARITY_THRESHOLD = 95
#: How many faces of the collection are read at once.
PAGE = 1000


class SignUp(Enum):
    WELCOME = "welcome"
    KNOWN = "you have an account"
    NOT_LIVE = "nobody was in front of the camera"
    NO_FACE = "no face in the picture"
    NOT_ALONE = "somebody else is in the picture"


class FaceIsLeftError(Exception):
    """The face of an account could not be deleted, so the account stays until somebody has looked at it."""


@dataclass
class Account:
    user: str
    face_id: str


#: What a database would keep, by the ExternalImageId of the face.
accounts: dict[str, Account] = {}


def start() -> str:
    """Create the session that the page streams its video to, and return its id."""
    return rekognition.create_face_liveness_session()["SessionId"]


def known_as(user: str) -> str:
    """Return the ExternalImageId of a user: an e-mail address has characters that it may not have."""
    return hashlib.sha256(user.encode()).hexdigest()


def selfie_of(session_id: str) -> dict[str, bytes] | None:
    """Return the picture of a live person; None if the check has not passed."""
    results = rekognition.get_face_liveness_session_results(SessionId=session_id)
    if results["Status"] != "SUCCEEDED" or results["Confidence"] < LIVENESS_THRESHOLD:
        return None
    return {"Bytes": results["ReferenceImage"]["Bytes"]}


def account_of(selfie: dict[str, bytes]) -> Account | None:
    """Return the account of the person in a picture."""
    found = rekognition.search_faces_by_image(
        CollectionId=COLLECTION, Image=selfie, FaceMatchThreshold=SIMILARITY_THRESHOLD, MaxFaces=1
    )
    return next((accounts[match["Face"]["ExternalImageId"]] for match in found["FaceMatches"]), None)


def sign_up(user: str, session_id: str) -> SignUp:
    """Make an account for a live person who has none."""
    selfie = selfie_of(session_id)
    if selfie is None:
        return SignUp.NOT_LIVE
    if len(rekognition.detect_faces(Image=selfie)["FaceDetails"]) > 1:
        return SignUp.NOT_ALONE
    try:
        account = account_of(selfie)
    except rekognition.exceptions.InvalidParameterException:
        return SignUp.NO_FACE
    if account is not None:
        return SignUp.KNOWN
    indexed = rekognition.index_faces(CollectionId=COLLECTION, Image=selfie, ExternalImageId=known_as(user), MaxFaces=1)
    (record,) = indexed["FaceRecords"]
    accounts[known_as(user)] = Account(user, record["Face"]["FaceId"])
    return SignUp.WELCOME


def log_in(session_id: str) -> str | None:
    """Return which user a live person is."""
    selfie = selfie_of(session_id)
    account = selfie and account_of(selfie)
    return account.user if account else None


def delete_account(user: str) -> None:
    """Delete an account with its face."""
    account = accounts[known_as(user)]
    answer = rekognition.delete_faces(CollectionId=COLLECTION, FaceIds=[account.face_id])
    if account.face_id not in answer["DeletedFaces"]:
        raise FaceIsLeftError(user)
    del accounts[known_as(user)]


def faces_without_account() -> list[str]:
    """Return the FaceIds in the collection that no account has: there should be none."""
    pages = rekognition.get_paginator("list_faces").paginate(
        CollectionId=COLLECTION, PaginationConfig={"PageSize": PAGE}
    )
    ours = {account.face_id for account in accounts.values()}
    return [face["FaceId"] for page in pages for face in page["Faces"] if face["FaceId"] not in ours]
