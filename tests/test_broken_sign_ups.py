"""Broken versions of the examples: their own tests catch each."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

COMPARE = (
    'rekognition.compare_faces(SourceImage={"Bytes": results["ReferenceImage"]["Bytes"]}, '
    'TargetImage={"S3Object": {"Bucket": BUCKET, "Name": f"{user}/document.jpg"}})'
)
SIGNUP = {
    "the confidence is not asked": (' and results["Confidence"] >= THRESHOLD', ""),
    "the status is not asked": ('results["Status"] == "SUCCEEDED" and results["Conf', 'results["Conf'),
    "the confidence is looked at before the status": (
        'if results["Status"] in ("CREATED"',
        (
            'if results.get("Confidence", 0) >= THRESHOLD:\n        return Verdict.ACCEPTED\n    '
            'if results["Status"] in ("CREATED"'
        ),
    ),
    "the reference image is not asked": (' and "ReferenceImage" in results', ""),
    "above the threshold, not at it": ("] >= THRESHOLD", "] > THRESHOLD"),
    "a confidence that is rounded": ('results["Confidence"] >=', 'round(results["Confidence"]) >='),
    "ratios for percent": ("THRESHOLD = 90", "THRESHOLD = 0.9"),
    "a percentage for a ratio": ('results["Confidence"] >=', 'results["Confidence"] / 100 >='),
    "only a session that is not found is an error": (
        "(ClientError, BotoCoreError)",
        "rekognition.exceptions.SessionNotFoundException",
    ),
    "the network never fails": ("(ClientError, BotoCoreError)", "ClientError"),
    "whoever cannot be checked is welcome": (
        "do wrong\n        return Verdict.TRY_AGAIN",
        "do wrong\n        return Verdict.ACCEPTED",
    ),
    "nobody waits": (
        "while (found := verdict(session_id)) is Verdict.PENDING",
        "while not (found := verdict(session_id))",
    ),
    "a session that has expired is a pass": (
        '"EXPIRED":\n        return Verdict.TRY_AGAIN',
        '"EXPIRED":\n        return Verdict.ACCEPTED',
    ),
}
DOCUMENT = {
    "the document is compared with itself": ("SourceImage=selfie, TargetImage", "SourceImage=document, TargetImage"),
    "the selfie is compared with itself": ("TargetImage=document", "TargetImage=selfie"),
    "the wrong key": ('"Name": f"{user}/document.jpg"', '"Name": "mallory/document.jpg"'),
    "the threshold is forgotten": ("similarity >= SIMILARITY_THRESHOLD", "similarity >= 0"),
    "any match will do": ("similarity >= SIMILARITY_THRESHOLD", 'compared["FaceMatches"]'),
    "the result is ignored": (
        "SignUp.WELCOME if similarity >= SIMILARITY_THRESHOLD else",
        "SignUp.WELCOME if True else",
    ),
    "UnmatchedFaces are read for FaceMatches": (
        'max((match["Similarity"] for match in compared["FaceMatches"]), default=0)',
        '100 if compared["UnmatchedFaces"] else 0',
    ),
    "the comparison comes before the live check": (
        '    if results["Status"] != "SUCCEEDED"',
        f'    if "ReferenceImage" in results:\n        {COMPARE}\n    if results["Status"] != "SUCCEEDED"',
    ),
    "the confidence is taken for the similarity": ("similarity = max(", 'similarity = results["Confidence"] or max('),
    "the confidence is not asked": (' or results["Confidence"] < LIVENESS_THRESHOLD', ""),
    "the status is not asked": ('results["Status"] != "SUCCEEDED" or ', 'results.get("Confidence") and '),
    "two faces are one": ("len(faces) != 1", "not faces"),
    "no face is one": ("len(faces) != 1", "len(faces) > 1"),
    "ratios for percent": ("SIMILARITY_THRESHOLD = 95", "SIMILARITY_THRESHOLD = 0.95"),
    "above the threshold, not at it": ("similarity >= SIMILARITY", "similarity > SIMILARITY"),
}
ACCOUNT = {
    "every sign-up is indexed again": (
        "    if account is not None:\n        return SignUp.KNOWN\n    indexed = rekognition.index_faces(",
        "    indexed = rekognition.index_faces(",
    ),
    "who is known is indexed too": (
        "    if account is not None:\n        return SignUp.KNOWN\n",
        (
            "    if account is not None:\n"
            "        rekognition.index_faces(CollectionId=COLLECTION, Image=selfie, ExternalImageId=known_as(user))\n"
            "        return SignUp.KNOWN\n"
        ),
    ),
    "searched before the live check": (
        '    if results["Status"] != "SUCCEEDED"',
        (
            '    if "ReferenceImage" in results:\n        account_of({"Bytes": results["ReferenceImage"]["Bytes"]})\n'
            '    if results["Status"] != "SUCCEEDED"'
        ),
    ),
    "the live check is left out": (
        'results["Status"] != "SUCCEEDED" or results["Confidence"] < LIVENESS_THRESHOLD',
        '"ReferenceImage" not in results',
    ),
    "above the liveness threshold, not at it": ("< LIVENESS_THRESHOLD", "<= LIVENESS_THRESHOLD"),
    "only a sign-up needs a live check": (
        "    selfie = selfie_of(session_id)\n    account = selfie and",
        (
            "    results = rekognition.get_face_liveness_session_results(SessionId=session_id)\n"
            '    selfie = {"Bytes": results["ReferenceImage"]["Bytes"]}\n    account = selfie and'
        ),
    ),
    "a collection that is not found is empty": (
        "    except rekognition.exceptions.InvalidParameterException:",
        (
            "    except rekognition.exceptions.ResourceNotFoundException:\n        account = None\n"
            "    except rekognition.exceptions.InvalidParameterException:"
        ),
    ),
    "the account is made before its face": (
        "    indexed = rekognition.index_faces(",
        '    accounts[known_as(user)] = Account(user, "")\n    indexed = rekognition.index_faces(',
    ),
    "the threshold is forgotten": (", FaceMatchThreshold=SIMILARITY_THRESHOLD", ""),
    "ratios for percent": ("SIMILARITY_THRESHOLD = 95", "SIMILARITY_THRESHOLD = 0.95"),
    "only the first page is read": (
        (
            'pages = rekognition.get_paginator("list_faces").paginate(\n'
            '        CollectionId=COLLECTION, PaginationConfig={"PageSize": PAGE}\n    )'
        ),
        "pages = [rekognition.list_faces(CollectionId=COLLECTION, MaxResults=PAGE)]",
    ),
    "the face is kept when the account goes": (
        "answer = rekognition.delete_faces(CollectionId=COLLECTION, FaceIds=[account.face_id])",
        'answer = {"DeletedFaces": [account.face_id]}',
    ),
    "the faces of all accounts go with one": (
        "FaceIds=[account.face_id]",
        "FaceIds=[one.face_id for one in accounts.values()]",
    ),
    "the account stays when its face goes": (
        "        raise FaceIsLeftError(user)\n    del accounts[known_as(user)]\n",
        "        raise FaceIsLeftError(user)\n",
    ),
    "the errors of DeleteFaces are ignored": (
        "    answer = rekognition.delete_faces(CollectionId=COLLECTION, FaceIds=[account.face_id])\n",
        (
            "    try:\n"
            "        answer = rekognition.delete_faces(CollectionId=COLLECTION, FaceIds=[account.face_id])\n"
            "    except rekognition.exceptions.ClientError:\n"
            '        answer = {"DeletedFaces": [account.face_id]}\n'
        ),
    ),
    "every 400 is taken for no face": (
        "rekognition.exceptions.InvalidParameterException",
        "rekognition.exceptions.ClientError",
    ),
    "two people are cleaned into one ExternalImageId": (
        "hashlib.sha256(user.encode()).hexdigest()",
        '"".join(letter if letter.isalnum() else "_" for letter in user)',
    ),
    "a name is known without its domain": ("user.encode()", 'user.partition("@")[0].encode()'),
    "an address is an ExternalImageId": ("hashlib.sha256(user.encode()).hexdigest()", "user"),
    "the largest face of a group is taken": (
        ('    if len(rekognition.detect_faces(Image=selfie)["FaceDetails"]) > 1:\n        return SignUp.NOT_ALONE\n'),
        "",
    ),
    "the failures of DeleteFaces are ignored": (
        '    if account.face_id not in answer["DeletedFaces"]:\n        raise FaceIsLeftError(user)\n',
        "",
    ),
}
BROKEN = {"signup": SIGNUP, "document": DOCUMENT, "account": ACCOUNT}


def run(pytester: pytest.Pytester, example: str, source: str) -> dict[str, int]:
    tests = (EXAMPLES / f"test_{example}.py").read_text()
    pytester.makepyfile(**{example: source, f"test_{example}": tests})
    result = pytester.runpytest("-W", "error", "-x")
    return result.parseoutcomes()


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """As examples/conftest.py: botocore sleeps between its attempts."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.mark.parametrize(("example", "name"), [(example, name) for example, them in BROKEN.items() for name in them])
def test_a_broken_sign_up_is_caught(pytester: pytest.Pytester, example: str, name: str) -> None:
    right, wrong = BROKEN[example][name]
    source = (EXAMPLES / f"{example}.py").read_text()
    assert source.count(right) == 1

    outcomes = run(pytester, example, source.replace(right, wrong))

    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 1


@pytest.mark.parametrize("example", BROKEN)
def test_the_sign_up_itself_passes(pytester: pytest.Pytester, example: str) -> None:
    assert set(run(pytester, example, (EXAMPLES / f"{example}.py").read_text())) == {"passed"}
