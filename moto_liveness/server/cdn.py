"""The CDN of Amplify's component: the face detector, at the paths that an unchanged page asks for on any host.

They are answered before moto, which would look for a service by the host.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from moto_liveness.rekognitionstreaming import face_model

_MODEL = re.compile(r"/face-detection/tensorflow-models/blazeface/[^/]+/model/(model\.json|face\.bin)")
#: Where the component looks for the WebAssembly of TensorFlow.js, which is not here.
WASM = "/face-detection/tensorflow/tfjs-backend-wasm/"
_METHODS = "GET, HEAD, OPTIONS"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": _METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Private-Network": "true",
}


class Answer(NamedTuple):
    """An answer of the CDN."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answer(method: str, path: str, held: str | None) -> Answer | None:
    """Return what the CDN answers; None if it has no such path.

    Args:
        held: the ETag of the file that the client has already.
    """
    found = _MODEL.fullmatch(path)
    if found is None:
        return None
    if method not in _METHODS.split(", "):
        sentence = f"{path} takes {_METHODS} only, not {method}"
        return Answer(405, {"Content-Type": "text/plain", "Allow": _METHODS, **_CORS}, sentence.encode())
    if method == "OPTIONS":
        return Answer(200, _CORS, b"")
    if found[1] == "model.json":
        data, content_type = json.dumps(face_model.model_json()).encode(), "application/json"
    else:
        data, content_type = face_model.weights(), "application/octet-stream"
    etag = f'"moto-liveness-{zlib.crc32(data):08x}"'
    # Kept, and asked about each time: the same browser may talk to AWS next, and must not keep seeing this face.
    kept = {"Cache-Control": "no-cache", "ETag": etag, **_CORS}
    if held == etag:
        return Answer(304, kept, b"")
    headers = {**kept, "Content-Type": content_type, "Content-Length": str(len(data))}
    return Answer(200, headers, b"" if method == "HEAD" else data)
