"""The routes, beside moto's own under /moto-api. They work in a moto_liveness_server, and inside mock_aws.

A route is the address of a command, and most commands go to the store as they are. Those that make something of their
own, such as a page or a picture, have a function here. An invalid request gets a 400 whose message says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from moto_liveness import _compat
from moto_liveness.control.local import LocalStore
from moto_liveness.control.seeding import decode_result
from moto_liveness.core import checks, commands
from moto_liveness.core.images import is_picture
from moto_liveness.core.people import LIKENESS, photo
from moto_liveness.core.scenarios import accepted, turned_away
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import AnySeed, ExceptionSeed
from moto_liveness.core.views import QueuedView, ScenariosView
from moto_liveness.moto_api import web
from moto_liveness.moto_api.route import File, Route
from moto_liveness.rekognitionstreaming import face_model

_STORE = LocalStore()
# The first bytes of a WebM.
_MATROSKA = b"\x1aE\xdf\xa3"
_BYTES = "application/octet-stream"
#: tools/openapi.py makes it.
_DOCUMENT = Path(__file__).parent / "openapi.json"


def _queue_results(command: commands.QueueResults) -> QueuedView:
    results = checks.items("results must be a list of results, one for each session", command.results)
    if not results:
        raise ValueError("results is empty: it needs at least one result, one for each session")
    seeds = [seed for number, result in enumerate(results) for seed in _decode_result(number, result, command.scope)]
    return _STORE.do(replace(command, results=tuple(seeds)))


def _decode_result(number: int, result: object, scope: Scope) -> tuple[AnySeed, ...]:
    try:
        seeds = decode_result(result, scope)
        if any(isinstance(seed, ExceptionSeed) for seed in seeds) and not _compat.can_break_connections():
            raise ValueError("moto's proxy cannot break a connection: use moto_liveness_server")
        return seeds
    except (TypeError, ValueError) as error:
        # A list of steps has a path of its own, as in results[1][0].
        raise ValueError(f"results[{number}]{'' if str(error).startswith('[') else ': '}{error}") from None


def _make_photo(command: commands.MakePhoto) -> File:
    likeness = LIKENESS if command.likeness is None else command.likeness
    boxes, face = command.bounding_boxes, command.face
    return File(photo(*command.people, likeness=likeness, of=command.of, bounding_boxes=boxes, face=face), "image/jpeg")


def _show_scenarios(command: commands.ShowScenarios) -> ScenariosView:
    wanted = command.threshold, command.person
    return ScenariosView(accepted=accepted(*wanted), turned_away=turned_away(*wanted))


def _show_image(command: commands.ShowImage) -> File:
    data = _STORE.do(command)
    return File(data, "image/jpeg" if is_picture(data) else _BYTES)


def _show_video(command: commands.ShowVideo) -> File:
    video = _STORE.do(command)
    return File(video, "video/webm" if video.startswith(_MATROSKA) else _BYTES)


def _show_test(command: commands.ShowTest) -> File:
    return File(_STORE.do(command), "text/x-python; charset=utf-8")


_ANSWERED_HERE: Mapping[type[commands.Command[Any]], Callable[[Any], object]] = {
    commands.QueueResults: _queue_results,
    commands.MakePhoto: _make_photo,
    commands.ShowScenarios: _show_scenarios,
    commands.ShowImage: _show_image,
    commands.ShowVideo: _show_video,
    commands.ShowTest: _show_test,
    commands.ShowFaceModel: lambda _: face_model.model_json(),
    commands.ShowFaceWeights: lambda _: File(face_model.weights(), _BYTES),
    commands.ShowConsole: lambda _: web.console_page(),
    commands.ShowConsoleFile: lambda command: web.console_file(command.file),
    commands.ShowOpenapi: lambda _: json.loads(_DOCUMENT.read_text("utf-8")),
}

ROUTES = tuple(Route(command, _ANSWERED_HERE.get(command, _STORE.do)) for command in commands.COMMANDS)
