"""A client that streams 4 MB and signs each event, as AWS's SDKs do: once for each line "port path session_id".

It prints the seconds of CPU time that each took. It runs in a process of its own, as the clients of a server do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import socket
import sys
import time
from collections.abc import Iterator

from moto_liveness.rekognitionstreaming.eventstream import encode

# 40 chunks of about 100 KB: Amplify sends one of 10 to 55 KB each second.
CHUNKS = [os.urandom(4 * 1024 * 1024 // 40) for _ in range(40)]
MEGABYTES = 4
PREFIX = "x-amz-rekognition-streaming-liveness-"
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=testing/20260301/us-east-1/rekognition/aws4_request"


def head(path: str, session_id: str) -> bytes:
    """Return the first lines of a request."""
    values = {
        "session-id": session_id,
        "video-width": "640",
        "video-height": "480",
        "challenge-versions": "FaceMovementAndLightChallenge_2.0.0",
    }
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Transfer-Encoding: chunked",
        f"Authorization: {AUTHORIZATION}",
    ]
    return "\r\n".join([*lines, *(f"{PREFIX}{name}: {value}" for name, value in values.items()), "", ""]).encode()


def events() -> Iterator[bytes]:
    """Yield the events of a video, signed."""
    signature = "0" * 64
    for chunk in [*CHUNKS, b""]:
        payload = {"VideoChunk": base64.b64encode(chunk).decode(), "TimestampMillis": 1772366400000}
        inner = encode({":message-type": "event", ":event-type": "VideoEvent"}, json.dumps(payload).encode())
        to_sign = f"AWS4-HMAC-SHA256-PAYLOAD\n{signature}\n{hashlib.sha256(inner).hexdigest()}"
        signature = hmac.new(b"key", to_sign.encode(), "sha256").hexdigest()
        yield encode({":date": "now", ":chunk-signature": signature[:32]}, inner)


def stream(port: int, path: str, session_id: str) -> bytes:
    """Stream the video to a path, and return the answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head(path, session_id))
        for event in events():
            connection.sendall(b"%x\r\n%s\r\n" % (len(event), event))
        connection.sendall(b"0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


if __name__ == "__main__":
    for line in sys.stdin:
        number, where, session = line.split()
        start = time.process_time()
        assert stream(int(number), where, session).startswith(b"HTTP/1.1 200")
        print(time.process_time() - start, flush=True)  # noqa: T201
