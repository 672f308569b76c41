"""Which browsers may ask: those that show a page of this machine. Otherwise any open page could send a request here.

A page cannot leave these headers out or change them: https://developer.mozilla.org/docs/Glossary/Forbidden_request_header
"""

from __future__ import annotations

import functools
import ipaddress
import os
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from moto_liveness.core import checks

#: The environment variable of the server that names more origins.
ALLOWED_ORIGINS = "MOTO_LIVENESS_ALLOWED_ORIGINS"
# moto's name of its own API, inside mock_aws and its proxy.
_MOTO = "motoapi.amazonaws.com"
# No public name ends with one of these: https://www.iana.org/assignments/special-use-domain-names
_PRIVATE = (".internal", ".local", ".localhost", ".test")
_PORTS = {"http": 80, "https": 443}
# A name or an address in brackets, and a port. urlsplit accepts more: the host of "http://[::1].evil.example" is ::1.
_AUTHORITY = re.compile(r"(\[[^][@\\]+\]|[^][@\\]+)(:[0-9]+)?")


class _Origin(NamedTuple):
    scheme: str
    hostname: str
    port: int | None


def refusal(headers: Mapping[str, str], listens_on: str | None) -> str | None:
    """Return why a request of a browser is refused; None for any other request.

    Args:
        listens_on: the address that the server was told to listen on.
    """
    host, origin, site = headers.get("Host", ""), headers.get("Origin"), headers.get("Sec-Fetch-Site")
    named = _named(os.environ.get(ALLOWED_ORIGINS, ""))
    here = _origin(f"http://{host}")
    listens_on = listens_on and _canonical(listens_on)
    hosts = {one.hostname for one in named} | {listens_on, _MOTO}
    if origin is None and site is None and not _is_rebound(headers, here):
        return None
    # Only inside mock_aws a request has no host.
    if host and not (here and (_is_local(here.hostname) or here.hostname in hosts)):
        return _sentence("to the name", host)
    if origin is None and site in (None, "none", "same-origin"):
        return None
    source = origin or headers.get("Referer") or ""
    asking = _origin(source)
    if asking and (_is_local(asking.hostname) or asking.hostname == listens_on or _names(named, asking)):
        return None
    # No origin: a picture or a script, for a page on another port of this machine.
    if not source and site == "same-site" and here and _is_local(here.hostname):
        return None
    return _sentence("for a page of", source or "another site")


def _names(named: frozenset[_Origin], asking: _Origin) -> bool:
    # A name without a scheme stands for all of its origins.
    any_scheme = ("", asking.hostname, None), ("", asking.hostname, asking.port)
    return asking in named or not named.isdisjoint(any_scheme)


def _sentence(how: str, what: str) -> str:
    return (
        f"a browser sent this request {how} {checks.short_repr(what)}, which is not on this machine. To allow it, name "
        f"it in the environment of the server, as in {ALLOWED_ORIGINS}=http://app.example:3000"
    )


def _is_rebound(headers: Mapping[str, str], here: _Origin | None) -> bool:
    """Return whether a browser asks by a public name, which its owner can point to this machine.

    https://en.wikipedia.org/wiki/DNS_rebinding: the page reads what has its own name, and over http a browser adds
    neither Origin nor Sec-Fetch-Site then. Names of containers have no dot, and nobody can point an address elsewhere.
    """
    if here is None or not headers.get("User-Agent", "").startswith("Mozilla/"):
        return False
    return "." in here.hostname and not here.hostname.endswith(_PRIVATE) and not _address(here.hostname)


def _is_local(hostname: str) -> bool:
    address = _address(hostname)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    return hostname == "localhost" or hostname.endswith(".localhost")


def _address(hostname: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(hostname)
    except ValueError:
        return None


def _origin(url: str) -> _Origin | None:
    """Return the origin of a URL; None for "null", the origin of files and sandboxes, and for what is not a URL."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    hostname = parts.hostname if _AUTHORITY.fullmatch(parts.netloc) else None
    return _Origin(parts.scheme, _canonical(hostname), port) if hostname else None


def _canonical(hostname: str) -> str:
    """Return a name or an address as browsers write it."""
    address = _address(hostname)
    return hostname.lower().rstrip(".") if address is None else str(address)


@functools.lru_cache(1)
def _named(value: str) -> frozenset[_Origin]:
    texts = value.replace(",", " ").split()
    return frozenset(filter(None, (_origin(text if "://" in text else f"//{text}") for text in texts)))
