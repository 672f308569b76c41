"""A face for browsers: a model that always sees one face in the middle, and the oval that fits this face.

Amplify's component finds faces with BlazeFace (short range), a graph of TensorFlow.js. This graph has the same output,
and sees a face in every picture, that of a fake camera included. It is generated here, and says nothing about real
faces. https://github.com/tensorflow/tfjs-models/tree/master/face-detection
"""

from __future__ import annotations

import functools
import struct
from typing import Any

# The detector gets a square picture, as wide as the longer side of the frame. Everything is a fraction of that square.
_SIDE = 128
_OCULAR_WIDTH = 0.2
_PUPIL_DISTANCE = 0.09
# Amplify takes for the width of a face: (2 * the distance of the pupils + 1.8 * that of the eyes from the mouth) / 2.
_EYES_TO_MOUTH = (2 * _OCULAR_WIDTH - 2 * _PUPIL_DISTANCE) / 1.8
_HEIGHT_TO_WIDTH = 1.618

_MIDDLE = 0.5
_POINTS = (
    (_MIDDLE - _PUPIL_DISTANCE / 2, _MIDDLE),  # right eye
    (_MIDDLE + _PUPIL_DISTANCE / 2, _MIDDLE),  # left eye
    (_MIDDLE, _MIDDLE),  # nose
    (_MIDDLE, _MIDDLE + _EYES_TO_MOUTH),  # mouth
    (_MIDDLE - _OCULAR_WIDTH / 2, _MIDDLE),  # right ear
    (_MIDDLE + _OCULAR_WIDTH / 2, _MIDDLE),  # left ear
)
# The anchors of the detector: 16 x 16 cells with two each, then 8 x 8 with six each.
_ANCHORS = 16 * 16 * 2 + 8 * 8 * 6
_CELL = 8
_ANCHOR = (_CELL * 16 + _CELL) * 2
_ANCHOR_PLACE = (_CELL + 0.5) / 16
_NUMBERS = 17
_CERTAIN = 100.0


def oval(width: int, height: int) -> dict[str, float]:
    """Return the OvalParameters that the face fits, in pixels of a frame of this size."""
    oval_width = _OCULAR_WIDTH * max(width, height)
    return {
        "Width": oval_width,
        "Height": _HEIGHT_TO_WIDTH * oval_width,
        "CenterX": width / 2,
        "CenterY": height / 2,
    }


def model_json() -> dict[str, Any]:
    """Return the graph: a placeholder for the picture, and a constant that is the answer to every picture."""
    shape = {"dim": [{"size": "1"}, {"size": str(_ANCHORS)}, {"size": str(_NUMBERS)}]}
    picture = {"dim": [{"size": "1"}, {"size": str(_SIDE)}, {"size": str(_SIDE)}, {"size": "3"}]}
    return {
        "format": "graph-model",
        "generatedBy": "moto-liveness",
        "convertedBy": None,
        "modelTopology": {
            "node": [
                _node("input", "Placeholder", [], shape={"shape": picture}),
                _node("face", "Const", [], value={"tensor": {"dtype": "DT_FLOAT", "tensorShape": shape}}),
                _node("Identity", "Identity", ["face"]),
            ],
            "library": {},
            "versions": {"producer": 1},
        },
        "weightsManifest": [
            {
                "paths": ["face.bin"],
                "weights": [{"name": "face", "shape": [1, _ANCHORS, _NUMBERS], "dtype": "float32"}],
            }
        ],
    }


def _node(name: str, operation: str, inputs: list[str], **attributes: Any) -> dict[str, Any]:
    return {"name": name, "op": operation, "input": inputs, "attr": {"dtype": {"type": "DT_FLOAT"}, **attributes}}


@functools.cache
def weights() -> bytes:
    """Return the answer: for each anchor a score, a box and six points. Only one anchor has a face."""
    nothing = struct.pack(f"<{_NUMBERS}f", -_CERTAIN, *[0.0] * (_NUMBERS - 1))
    return nothing * _ANCHOR + struct.pack(f"<{_NUMBERS}f", *_face()) + nothing * (_ANCHORS - _ANCHOR - 1)


def _face() -> list[float]:
    centre = _relative(_MIDDLE)
    points = [_relative(coordinate) for point in _POINTS for coordinate in point]
    return [_CERTAIN, centre, centre, _OCULAR_WIDTH * _SIDE, _OCULAR_WIDTH * _HEIGHT_TO_WIDTH * _SIDE, *points]


def _relative(coordinate: float) -> float:
    return (coordinate - _ANCHOR_PLACE) * _SIDE
