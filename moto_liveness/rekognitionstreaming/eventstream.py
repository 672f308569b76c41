"""The framing of AWS's event streams: messages to bytes and back.

A message is its length, the length of its headers, a checksum of both, headers, payload and a checksum of all:
https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from botocore.eventstream import EventStreamBuffer, ParserError

_STRING = 7
_PRELUDE = struct.Struct("!II")
_CHECKSUM = struct.Struct("!I")
# Without headers and payload. The largest is what botocore's parser takes, 24 MB and 128 KB.
_SHORTEST = _PRELUDE.size + 2 * _CHECKSUM.size
_LONGEST = 24 * 1024 * 1024 + 128 * 1024 + _SHORTEST


class MalformedMessageError(ValueError):
    """Some bytes are not a message."""


class Message(NamedTuple):
    """A message with its headers."""

    headers: Mapping[str, object]
    payload: bytes


def encode(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return the bytes of a message."""
    encoded = b"".join(_encode_header(name.encode(), value.encode()) for name, value in headers.items())
    prelude = _PRELUDE.pack(_SHORTEST + len(encoded) + len(payload), len(encoded))
    message = b"".join([prelude, _CHECKSUM.pack(zlib.crc32(prelude)), encoded, payload])
    return message + _CHECKSUM.pack(zlib.crc32(message))


def _encode_header(name: bytes, value: bytes) -> bytes:
    return struct.pack("!B", len(name)) + name + struct.pack("!BH", _STRING, len(value)) + value


class Decoder:
    """Collects bytes, and takes the messages out of them."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that are complete now. Raise MalformedMessageError for other bytes."""
        self._data += data
        while len(self._data) >= _PRELUDE.size + _CHECKSUM.size:
            length, _ = _PRELUDE.unpack_from(self._data)
            if not _SHORTEST <= length <= _LONGEST:
                raise MalformedMessageError(f"a message cannot have {length} bytes")
            # Checked before the rest is waited for, and kept.
            if zlib.crc32(self._data[: _PRELUDE.size]) != _CHECKSUM.unpack_from(self._data, _PRELUDE.size)[0]:
                raise MalformedMessageError("a message cannot be read: the checksum of its lengths is wrong")
            if len(self._data) < length:
                return
            message = bytes(self._data[:length])
            del self._data[:length]
            yield decode(message)


def decode(message: bytes) -> Message:
    """Return the message in these bytes, which have nothing else."""
    # botocore's parser would copy what it has with every piece that it gets, so it gets whole messages.
    buffer = EventStreamBuffer()
    buffer.add_data(message)
    try:
        parsed = next(buffer, None)
        headers, payload = ({}, None) if parsed is None else (dict(parsed.headers), parsed.payload)
    except (ParserError, LookupError, ValueError, struct.error) as error:
        raise MalformedMessageError(f"a message cannot be read: {error}") from None
    if payload is None:
        raise MalformedMessageError(f"{len(message)} bytes are not a message")
    return Message(headers, bytes(payload))
