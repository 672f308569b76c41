"""A document check after a live check: is the person in front of the camera the holder of the document?

The code under test: it knows nothing of tests.
"""

from enum import Enum

import boto3

rekognition = boto3.client("rekognition", region_name="us-east-1")
s3 = boto3.client("s3", region_name="us-east-1")

BUCKET = "documents"
#: How sure Amazon Rekognition must be that a real person sits in front of the camera, in percent.
LIVENESS_THRESHOLD = 90
#: How similar the person and the picture in the document must be, in percent.
SIMILARITY_THRESHOLD = 95


class SignUp(Enum):
    WELCOME = "welcome"
    NOT_LIVE = "nobody was in front of the camera"
    NOT_THE_HOLDER = "not the holder of the document"
    UNREADABLE = "no face in the document"


def start() -> str:
    """Create the session that the page streams its video to, and return its id."""
    session = rekognition.create_face_liveness_session()
    return session["SessionId"]


def upload_document(user: str, picture: bytes) -> None:
    """Keep the picture of a user's document."""
    s3.put_object(Bucket=BUCKET, Key=f"{user}/document.jpg", Body=picture)


def sign_up(user: str, session_id: str) -> SignUp:
    """Compare a live person with the document that the user has uploaded."""
    results = rekognition.get_face_liveness_session_results(SessionId=session_id)
    if results["Status"] != "SUCCEEDED" or results["Confidence"] < LIVENESS_THRESHOLD:
        return SignUp.NOT_LIVE
    document = {"S3Object": {"Bucket": BUCKET, "Name": f"{user}/document.jpg"}}
    faces = rekognition.detect_faces(Image=document)["FaceDetails"]
    if len(faces) != 1:
        return SignUp.UNREADABLE
    selfie = {"Bytes": results["ReferenceImage"]["Bytes"]}
    compared = rekognition.compare_faces(SourceImage=selfie, TargetImage=document, SimilarityThreshold=0)
    similarity = max((match["Similarity"] for match in compared["FaceMatches"]), default=0)
    return SignUp.WELCOME if similarity >= SIMILARITY_THRESHOLD else SignUp.NOT_THE_HOLDER
