"""photo(): pictures that say who is in them, and when a picture still does."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
from pathlib import Path

import PIL.Image
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moto_liveness import BoundingBox, Image, Succeeded, photo
from moto_liveness.core.images import MAX_BYTES
from moto_liveness.core.people import Person, people_in
from moto_liveness.server.photo import write_photo

BOX = BoundingBox(left=0.1, top=0.2, width=0.3, height=0.4)


def names(picture: bytes) -> list[str] | None:
    people = people_in(picture)
    return None if people is None else [person.name for person in people]


def drawn(size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Return a JPEG as Pillow makes it."""
    file = io.BytesIO()
    PIL.Image.new("RGB", size, "gray").save(file, format="JPEG", **options)
    return file.getvalue()


def opened(picture: bytes) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(picture))


def saved(image: PIL.Image.Image, kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind)
    return file.getvalue()


@pytest.mark.parametrize("people", [(), ("alice",), ("alice", "bob"), ("a", "b", "c"), ("a", "b", "c", "d")])
def test_a_photo_says_who_is_in_it(people: tuple[str, ...]) -> None:
    picture = photo(*people)

    assert names(picture) == list(people)
    assert opened(picture).size == (640, 480)
    assert len(picture) < MAX_BYTES


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert photo("alice", likeness=85) == photo("alice", likeness=85.0)
    assert len({photo("alice"), photo("bob"), photo("alice", likeness=85.0), photo("alice", "bob")}) == 4


def test_the_first_face_is_the_largest() -> None:
    people = people_in(photo("a", "b", "c", "d")) or ()
    areas = [person.bounding_box.width * person.bounding_box.height for person in people]

    assert areas == sorted(areas, reverse=True)


def test_a_picture_of_ones_own_keeps_its_pixels(tmp_path: Path) -> None:
    own = drawn()
    (tmp_path / "passport.jpg").write_bytes(own)

    for picture in (photo("alice", of=own), photo("alice", of=tmp_path / "passport.jpg")):
        assert names(picture) == ["alice"]
        assert opened(picture).tobytes() == opened(own).tobytes()


def test_a_photo_of_a_photo_says_who_is_in_it_now() -> None:
    again = photo("bob", of=photo("alice"))

    assert names(again) == ["bob"]
    assert again == photo("bob")


def test_the_faces_are_where_the_boxes_are() -> None:
    [person] = people_in(photo("alice", of=drawn(), bounding_boxes=[BOX])) or ()

    assert person.bounding_box == BOX


def test_a_step_takes_the_box_of_a_photo() -> None:
    picture = photo("alice", bounding_boxes=[BOX])
    step = Succeeded(97.3, reference_image=picture, audit_images=[picture])

    assert step.reference_image == Image(picture, BOX)
    assert step.audit_images == (Image(picture, BOX),)
    assert Image(photo()).bounding_box == Image(b"a face").bounding_box


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"people": ["alice", "alice"]}, "'alice' is in the picture twice"),
        ({"people": [""]}, "a name must have 1 to 100 characters, not 0"),
        ({"people": [5]}, "a name must be a str, not 5"),
        (
            {"people": list("abcde")},
            "5 people are too many: at most 4 are drawn. For up to 100, pass your own picture as of=.",
        ),
        (
            {"people": list("abcde"), "of": drawn()},
            "more than 4 people need bounding_boxes=, one for each",
        ),
        (
            {"people": [str(number) for number in range(101)], "of": drawn()},
            "101 people are too many: at most 100 are in a picture.",
        ),
        ({"people": ["a"], "likeness": 101}, "likeness must be a percentage between 0 and 100, not 101"),
        (
            {"people": ["a"], "bounding_boxes": []},
            "bounding_boxes must have one box for each person: 1, not 0",
        ),
        (
            {"people": ["a"], "bounding_boxes": [(0, 0, 1, 1)]},
            "bounding_boxes must be a list of BoundingBox, not [(0, 0, 1, 1)]",
        ),
        ({"people": [["a", "b"]]}, "pass the names as separate arguments: photo(*names)"),
        ({"people": ["a"], "bounding_boxes": 5}, "bounding_boxes must be a list of BoundingBox, not 5"),
        ({"people": ["a"], "of": 5}, "of must be bytes or the path of a JPEG, not 5"),
        (
            {"people": ["a"], "of": b"no picture"},
            "of must be a complete JPEG, but begins with b'no pictu': save the picture as JPEG first",
        ),
        (
            {"people": ["\U0001f600" * 100 + str(n) for n in range(9)][:1] * 1, "of": b""},
            "a name must have 1 to 100 characters, not 101",
        ),
    ],
)
def test_what_cannot_be_a_photo_is_refused(arguments: dict[str, object], error: str) -> None:
    people = arguments.pop("people")

    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(error)}$"):
        photo(*people, **arguments)  # type: ignore[arg-type, misc]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"^of='nowhere.jpg' is not a file in "):
        photo("alice", of="nowhere.jpg")
    with pytest.raises(FileNotFoundError, match=r"^of='x{99}\.\.\. is not a file in "):
        photo("alice", of="x" * 10_000)


def test_names_that_do_not_fit_into_a_comment_are_refused() -> None:
    people = ["\U0001f600" * 98 + f"{number:02}" for number in range(60)]

    with pytest.raises(ValueError, match=r"^60 people do not fit into a JPEG comment: shorten "):
        photo(*people, of=drawn(), bounding_boxes=[BOX] * 60)


# The command.


def test_the_command_writes_a_photo(tmp_path: Path) -> None:
    own, output = tmp_path / "own.jpg", tmp_path / "group.jpg"
    own.write_bytes(drawn())
    for arguments, expected in (
        (["alice", "bob"], photo("alice", "bob")),
        (["alice", "--likeness", "85", "--of", str(own)], photo("alice", likeness=85.0, of=own)),
        ([], photo()),
    ):
        write_photo([*arguments, "-o", str(output)])

        assert output.read_bytes() == expected


@pytest.mark.filterwarnings("always")
def test_the_command_warns_without_a_line_of_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_photo(["alice", "--likeness", "0.85", "-o", str(tmp_path / "alice.jpg")])

    assert capsys.readouterr().err == (
        "python -m moto_liveness photo: likeness=0.85 is 0.85 percent: is it a ratio? For 85 percent, write "
        "likeness=85.\n"
    )


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^python -m moto_liveness photo: 'alice' is in the picture twice$"):
        write_photo(["alice", "alice", "-o", str(tmp_path / "twins.jpg")])


def test_the_package_is_that_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "moto_liveness", "photo", "alice", "-o", str(tmp_path / "alice.jpg")]
    subprocess.run(command, check=True)

    assert (tmp_path / "alice.jpg").read_bytes() == photo("alice")


# When the comment survives.


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image,
        lambda image: image.resize((100, 100)),
        lambda image: image.crop((0, 0, 300, 300)),
        lambda image: image.rotate(90),
        lambda image: image.convert("L"),
    ],
    ids=["save", "resize", "crop", "rotate", "convert"],
)
def test_the_comment_survives_pillow(change: object) -> None:
    assert names(saved(change(opened(photo("alice"))))) == ["alice"]  # type: ignore[operator]


def test_the_comment_is_lost_in_a_png_and_in_an_array() -> None:
    image = opened(photo("alice"))
    pasted = PIL.Image.new("RGB", image.size)
    pasted.paste(image)

    assert names(saved(image, "PNG")) is None
    assert names(saved(pasted)) is None


# JPEGs as they come.


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"comment": b"taken on a sunny day"}, {"exif": b"Exif\0\0" + b"x" * 60_000}],
    ids=["baseline", "progressive", "a comment", "much EXIF"],
)
def test_any_jpeg_takes_the_comment(options: dict[str, object]) -> None:
    own = drawn(**options)

    assert names(own) is None
    assert names(photo("alice", of=own)) == ["alice"]


def segment(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + struct.pack(">H", len(data) + 2) + data


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8garbage",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xfe\0",
        b"\xff\xd8\xff\xfe\0\0",
        b"\xff\xd8\xff\xfe\xff\xff short",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + segment(0xFE, b"moto-liveness photo: no json"),
        b"\xff\xd8" + segment(0xFE, b"moto-liveness photo: [5]"),
        b"\xff\xd8" + segment(0xFE, b"moto-liveness photo: " + b"[" * 60_000),
        b"\xff\xd8" + segment(0xFE, b'moto-liveness photo: [{"name": "a", "likeness": "x", "bounding_box": {}}]'),
        b"\xff\xd8" + segment(0xFE, b'moto-liveness photo: [{"name": 5, "likeness": 5, "bounding_box": {}}]'),
        b"\xff\xd8" + segment(0xFE, b'moto-liveness photo: [{"name": "alice"}]'),
    ],
)
def test_bytes_that_say_nothing_say_nothing(picture: bytes) -> None:
    assert people_in(picture) is None


ALICE = '{"name": "%s", "likeness": 99, "bounding_box": {"left": 0, "top": 0, "width": 1, "height": 1}, "face": %s}'


@pytest.mark.parametrize(
    ("name", "face", "times", "known"),
    [
        ("alice", "{}", 1, True),
        ("a" * 100, "{}", 100, True),
        ("a" * 101, "{}", 1, False),
        ("alice", "{}", 101, False),
        ("alice", '{"AgeRange": {"Low": 1, "High": 2147483647}}', 1, True),
        ("alice", '{"AgeRange": {"Low": 1, "High": 2147483648}}', 1, False),
        ("alice", '{"AgeRange": {"Low": 1, "High": %s}}' % ("9" * 4_000), 1, False),
        ("alice", '{"Confidence": NaN}', 1, False),
        ("\xff", "{}", 1, False),
    ],
)
def test_a_comment_says_what_photo_could_say(name: str, face: str, times: int, known: bool) -> None:
    comment = f"moto-liveness photo: [{', '.join([ALICE % (name, face)] * times)}]"

    found = people_in(b"\xff\xd8" + segment(0xFE, comment.encode("latin-1")))

    assert (found is not None) == known


def test_filling_bytes_and_segments_without_a_length_are_skipped() -> None:
    picture = photo("alice")

    assert names(b"\xff\xd8\xff\x01\xff\xff" + picture[2:]) == ["alice"]


@given(st.binary(max_size=100), st.integers(0, 700))
@example(b"", 2)
def test_a_damaged_photo_causes_no_traceback(garbage: bytes, place: int) -> None:
    picture = photo("alice")

    found = people_in(picture[:place] + garbage + picture[place + len(garbage) :])

    assert found is None or all(isinstance(person, Person) for person in found)
    assert names(picture[:place]) in (None, ["alice"])
