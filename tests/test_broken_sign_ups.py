"""Broken versions of the document check of the examples: the example's own tests catch each."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

COMPARE = (
    'rekognition.compare_faces(SourceImage={"Bytes": results["ReferenceImage"]["Bytes"]}, '
    'TargetImage={"S3Object": {"Bucket": BUCKET, "Name": f"{user}/document.jpg"}})'
)
BREAKS = {
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


def run(pytester: pytest.Pytester, source: str) -> dict[str, int]:
    pytester.makepyfile(document=source, test_document=(EXAMPLES / "test_document.py").read_text())
    result = pytester.runpytest("-W", "error", "-p", "no:cacheprovider", "-p", "no:randomly", "-x")
    return result.parseoutcomes()


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_sign_up_is_caught(pytester: pytest.Pytester, name: str) -> None:
    right, wrong = BREAKS[name]
    source = (EXAMPLES / "document.py").read_text()
    assert source.count(right) == 1

    assert run(pytester, source.replace(right, wrong)).get("failed") == 1


def test_the_sign_up_itself_passes(pytester: pytest.Pytester) -> None:
    assert set(run(pytester, (EXAMPLES / "document.py").read_text())) == {"passed"}
