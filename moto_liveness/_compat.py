"""Everything used of moto that differs between versions of moto 5, or that is not a public name.

moto.s3 and moto.kms are imported only when a request needs them: each takes 70 to 110 ms.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

import boto3
from moto import settings
from moto.core.models import DEFAULT_ACCOUNT_ID, MockAWS
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException

_PROXY_RUNS = threading.Event()

#: The message if moto's server or proxy cannot be imported.
NOT_INSTALLED = "the {what} needs {missing}, which is not installed: pip install 'moto-liveness[{what}]'"


def mock_is_active() -> bool:
    """Return whether any mock_aws is running."""
    kinds: list[type[MockAWS]] = [MockAWS, *MockAWS.__subclasses__()]  # server and proxy mode have their own
    return any(kind._nested_count > 0 for kind in kinds)


def keep_on_dashboard(model: Any, wanted: Callable[[Any], bool]) -> None:
    """Keep only the wanted instances of a model on moto's dashboard."""
    instances = _on_dashboard(model)
    instances[:] = filter(wanted, instances)


def show_on_dashboard(model: Any, instances: Sequence[Any]) -> None:
    """Show these instances of a model on moto's dashboard, and no others."""
    _on_dashboard(model)[:] = instances


def leave_dashboard(instance: Any) -> None:
    """Take an instance of a model off moto's dashboard, which would keep it alive."""
    with contextlib.suppress(ValueError):
        _on_dashboard(type(instance)).remove(instance)


def _on_dashboard(model: Any) -> list[Any]:
    tracked: list[Any] = getattr(model, "instances_tracked" if hasattr(model, "instances_tracked") else "instances")
    return tracked  # "instances" before 5.1


#: The path of moto's dashboard in the url_paths of moto's own API.
DASHBOARD = "{0}/moto-api/$"
# The first entry of the dashboard's navigation, in every moto 5, with different Bootstrap classes around it.
_HOME = re.compile(r">Home</a>\s*</li>")


def linked_dashboard(dashboard: Callable[..., Any], path: str, title: str) -> Callable[..., Any]:
    """Return moto's dashboard with a link in its navigation. A page without that entry is returned unchanged.

    Args:
        path: from the root of the server, because the dashboard is at /moto-api and at /moto-api/.
    """
    item = f'<li class="nav-item"><a class="nav-link" href="{path}">{title}</a></li>'

    def show(*request: Any) -> Any:
        page = dashboard(*request)
        return _HOME.sub(lambda home: f"{home[0]}\n{item}", page, count=1) if isinstance(page, str) else page

    return show


def http_request(request: Any) -> tuple[str, bytes]:
    """Return method and body of a request, which is botocore's inside mock_aws and werkzeug's in a server."""
    data = request.get_data() if hasattr(request, "get_data") else request.body
    return str(request.method), data.encode() if isinstance(data, str) else bytes(data or b"")


#: The key in the environ of a request for the address that our servers were told to listen on.
LISTENS_ON = "moto_liveness.listens_on"


def listening_address(request: Any) -> str | None:
    """Return the address that the server of a request listens on; None inside mock_aws and moto's proxy."""
    environ = getattr(request, "environ", {})
    address = environ.get(LISTENS_ON) or environ.get("SERVER_NAME")
    return None if address is None else str(address)


def is_served(request: Any) -> bool:
    """Return whether a request came over HTTP, and not from botocore or requests in this process.

    moto 5.2 makes a werkzeug request of both. A WSGI server names itself in the environ; moto's proxy does not, but it
    has a process of its own.
    """
    return "SERVER_SOFTWARE" in getattr(request, "environ", {}) or _PROXY_RUNS.is_set()


def run_proxy(main: Callable[[list[str] | None], None], argv: list[str] | None) -> None:
    """Run moto's proxy."""
    _PROXY_RUNS.set()
    try:
        main(argv)
    finally:
        _PROXY_RUNS.clear()


def can_break_connections() -> bool:
    """Return whether the connection of a request can be broken: moto's proxy does not expose its connections."""
    return not _PROXY_RUNS.is_set()


def request_handler() -> type:
    """Return the request handler of moto's server, which is werkzeug's own before moto 5.1.22."""
    from werkzeug.serving import WSGIRequestHandler

    application = importlib.import_module("moto.moto_server.werkzeug_app")
    return getattr(application, "MotoRequestHandler", WSGIRequestHandler)


def make_server(host: str, port: int, handler: type) -> Any:
    """Return a server with moto's application and a request handler. It is listening but not yet serving."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    application: Any = DomainDispatcherApplication(create_backend_app)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        # Drop what create_server appends to the message of the system.
        sentence = str(error).partition(" (while")[0]
        raise RuntimeError(f"the server cannot listen on {host}:{port}: {sentence}") from None
    with listening:  # werkzeug duplicates it; where werkzeug cannot listen itself, it exits
        return make_server(host, port, application, threaded=True, request_handler=handler, fd=listening.fileno())


@contextlib.contextmanager
def command_with(make_handler: Callable[[tuple[str, str] | None], type]) -> Iterator[None]:
    """Give the server of moto's command a request handler that speaks TLS, instead of werkzeug's own TLS.

    make_handler gets the paths of the certificate and the key that the options name, if any.
    """
    import moto.server

    run_simple: Any = vars(moto.server)["run_simple"]

    def run(host: str, port: int, *arguments: Any, ssl_context: Any = None, **options: Any) -> None:
        handler = make_handler(ssl_context if isinstance(ssl_context, tuple) else None)
        # With an ssl_context werkzeug would do the TLS handshakes one client at a time.
        run_simple(host, port, *arguments, **{**options, "request_handler": handler})

    vars(moto.server)["run_simple"] = run
    try:
        yield
    finally:
        vars(moto.server)["run_simple"] = run_simple


def account_of(access_key: str, named: str | None) -> str:
    """Return the account of a request, as moto finds it: from MOTO_ACCOUNT_ID, its header, or its access key."""
    from moto.iam.models import get_account_id_from

    return os.environ.get("MOTO_ACCOUNT_ID") or named or get_account_id_from(access_key)


def server_endpoint() -> str | None:
    """Return the endpoint of TEST_SERVER_MODE or TEST_PROXY_MODE, to which mock_aws sends all; None without either."""
    if settings.TEST_SERVER_MODE:
        return str(settings.test_server_mode_endpoint())
    return str(settings.test_proxy_mode_endpoint()) if settings.is_test_proxy_mode() else None


def default_account() -> str:
    """Return the account that moto assumes unless the credentials of a client belong to another one."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def default_region() -> str:
    """Return the default region of boto3; us-east-1 if there is none."""
    return (boto3.DEFAULT_SESSION or boto3.Session()).region_name or "us-east-1"


def uuid4() -> str:
    """Return a UUID of moto's generator, which /moto-api/seed makes reproducible."""
    return str(mock_random.uuid4())


def s3_backend(account_id: str, partition: str) -> Any:
    """Return moto's S3 of an account: one for each partition since moto 5.0.8, a "global" one before."""
    from moto.s3.models import s3_backends

    account: Any = s3_backends[account_id]
    return account[partition if partition in account else "global"]


def s3_object(account_id: str, region_name: str, bucket: str, name: str, version: str | None) -> bytes | None:
    """Return an object of a bucket in this region; None if there is none."""
    from moto.s3.models import FakeKey, s3_backends

    for backend in s3_backends[account_id].values():
        found = backend.buckets.get(bucket)
        if found is not None and found.region_name == region_name:
            # Not through get_object, which advances the restoration of an archived object.
            versions = found.keys.getlist(name, default=[])
            wanted = [key for key in versions if str(key.version_id) == version] if version else versions[-1:]
            # The latest version may be a delete marker.
            return bytes(wanted[0].value) if wanted and isinstance(wanted[0], FakeKey) else None
    return None


def kms_key(account_id: str, region_name: str, key_id: str) -> Any:
    """Return the KMS key with this id, ARN, alias or alias ARN; None if there is none."""
    from moto.kms.models import kms_backends

    backend = kms_backends[account_id][region_name]
    try:
        return backend.keys.get(backend.any_id_to_key_id(key_id))
    except (AttributeError, TypeError):  # some versions raise these for an unknown alias
        return None


def iam_denial(error: HTTPException) -> tuple[str, str]:
    """Return code and message of an IAM denial, which moto sends as XML, in the words of AWS's JSON services."""
    found = ElementTree.fromstring(error.description or "")
    code, message = (found.findtext(f".//{{*}}{name}") or "" for name in ("Code", "Message"))
    names = {
        "AccessDenied": "AccessDeniedException",
        "SignatureDoesNotMatch": "InvalidSignatureException",
        "InvalidClientTokenId": "UnrecognizedClientException",
    }
    return names.get(code, code), message
