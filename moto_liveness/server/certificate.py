"""A certificate for localhost, made once per user and kept.

Browsers open wss: only to servers with one. They are told to accept it, or a person accepts it once, so it has to stay.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime
import functools
import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

# Browsers refuse certificates that are valid for longer.
_DAYS = 397
_NAME = "localhost"


class Certificate(NamedTuple):
    """The files of a certificate, in PEM."""

    certificate: Path
    key: Path


class Tls:
    """What a server needs to speak TLS, made when the first client asks for it."""

    def __init__(self, own: Certificate | None = None) -> None:
        self._own = own
        #: How a handshake that a client breaks off is logged: a browser that goes on breaks off one for each host.
        self.level = "warning"

    @functools.cached_property
    def certificate(self) -> Certificate:
        """The user's own certificate, or the one for localhost."""
        return self._own or localhost_certificate()

    @functools.cached_property
    def context(self) -> ssl.SSLContext:
        """The certificate, ready for connections."""
        return _context(self.certificate)


def _context(files: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    return context


def localhost_certificate() -> Certificate:
    """Return the certificate of this user, a new one if there is none or if it has expired."""
    for folder in _folders():
        with contextlib.suppress(OSError):  # a home that cannot be written to
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _temporary_folder(folder) as temporary:
                return _kept(folder, _real_time(temporary)) or _make(folder, temporary)
    return _make_for_this_process()


def _folders() -> Iterator[Path]:
    with contextlib.suppress(RuntimeError):  # a user without a home
        cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
        yield Path(cache) / "moto-liveness"


def _make_for_this_process() -> Certificate:
    # Clients may read it as long as the process lives.
    folder = Path(tempfile.mkdtemp(prefix="moto-liveness-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with _temporary_folder(folder) as temporary:
        return _make(folder, temporary)


@contextlib.contextmanager
def _temporary_folder(folder: Path) -> Iterator[Path]:
    temporary = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _real_time(temporary: Path) -> datetime.datetime:
    """Return the time, from the file system: a test may have moved the clock, and clients go by their own."""
    return datetime.datetime.fromtimestamp(temporary.stat().st_mtime, datetime.timezone.utc)


def _kept(folder: Path, at: datetime.datetime) -> Certificate | None:
    tomorrow = (at + datetime.timedelta(days=1)).date().isoformat()
    # The name of each says until when it is valid.
    valid = [kept for kept in sorted(folder.glob(f"{_NAME}-*")) if kept.name > f"{_NAME}-{tomorrow}"]
    for kept in reversed(valid):
        certificate = Certificate(kept / "certificate.pem", kept / "key.pem")
        with contextlib.suppress(OSError):  # damaged
            _context(certificate)
            return certificate
        shutil.rmtree(kept, ignore_errors=True)
    return None


def _make(folder: Path, temporary: Path) -> Certificate:
    """Make a certificate in the temporary, and put it into the folder at once, with its key."""
    start = _real_time(temporary)
    end = start + datetime.timedelta(days=_DAYS)
    made = temporary / "new"
    made.mkdir(mode=0o700)
    certificate, key = _sign(start, end)
    (made / "certificate.pem").write_bytes(certificate)
    (made / "key.pem").touch(mode=0o600)
    (made / "key.pem").write_bytes(key)
    target = folder / f"{_NAME}-{end.date().isoformat()}"
    with contextlib.suppress(OSError):  # several workers start together, and the first one wins
        made.rename(target)
    return Certificate(target / "certificate.pem", target / "key.pem")


def _sign(start: datetime.datetime, end: datetime.datetime) -> tuple[bytes, bytes]:
    # cryptography comes with moto, and takes 50 ms that only servers need.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "moto-liveness on localhost")])
    addresses = [x509.IPAddress(ip_address(address)) for address in ("127.0.0.1", "::1")]
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    # A day earlier, for clocks that are a little slow.
    builder = builder.not_valid_before(start - datetime.timedelta(days=1)).not_valid_after(end)
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signed.public_bytes(serialization.Encoding.PEM), private
