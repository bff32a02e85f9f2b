"""The badge: what it may claim, and that it is a sound picture of its own."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from streamtck.report.badge import COLOURS, shields, svg, verdict
from streamtck.spec import load
from tests.report.making import document, hostile, implementation, row

MUST = sum(each.binding for each in load())
GOOD = implementation("io.BytesIO")
FAILS = implementation("mine", row("SK-5a", "fail"))
NO_MUST = implementation("n", *(row(each.id, "unsupported") for each in load() if each.binding))
NOTHING = implementation("none", *(row(each.id, "unsupported") for each in load()))

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "all met": (document(GOOD), f"{MUST} of {MUST} MUST", "brightgreen"),
    "one fails": (document(FAILS), f"{MUST - 1} of {MUST} MUST", "red"),
    "a should": (document(implementation("a", row("IS-7b", "warn"))), f"{MUST} of {MUST} MUST", "green"),
    "known": (document(implementation("a", row("SK-5a", "known"))), f"{MUST - 1} of {MUST} MUST", "yellow"),
    "error": (document(implementation("a", row("SK-5a", "error"))), f"{MUST - 1} of {MUST} MUST", "red"),
    "left out": (
        document(implementation("a", row("SK-5a", "untested"))),
        f"{MUST - 1} of {MUST - 1} MUST",
        "brightgreen",
    ),
    "selected": (document(GOOD, complete=False, selection="-k SK"), "incomplete", "lightgrey"),
    "broken off": (document(GOOD, complete=False), "incomplete", "lightgrey"),
    "nothing": (document(NOTHING), "nothing decided", "lightgrey"),
    "one of two nothing": (document(GOOD, NOTHING), "nothing decided", "lightgrey"),
    "one of two fails": (document(GOOD, FAILS), "1 of 2 meet every MUST", "red"),
    "one red, one without MUST": (document(FAILS, NO_MUST), "0 of 2 meet every MUST", "red"),
    "no MUST": (document(NO_MUST), "0 of 0 MUST", "lightgrey"),
    "two good ones": (document(GOOD, {**GOOD, "name": "b"}), "2 of 2 meet every MUST", "brightgreen"),
}


@pytest.mark.parametrize(("made", "message", "colour"), CASES.values(), ids=CASES)
def test_the_badge_claims_what_is_shown(made: dict[str, Any], message: str, colour: str) -> None:
    """Only `pass` counts as met, and what is incomplete or undecided is never green."""
    assert verdict(made) == (message, colour)


def test_the_endpoint_is_as_shields_wants_it() -> None:
    """The endpoint has the version of its form, label, message and colour."""
    data = json.loads(shields(document(FAILS), load()))

    assert data == {
        "schemaVersion": 1,
        "label": "streamtck",
        "message": f"{MUST - 1} of {MUST} MUST",
        "color": "red",
        "isError": True,
    }


@pytest.mark.parametrize("made", [hostile(), document(GOOD), document(GOOD, complete=False)])
def test_the_picture_is_sound(made: dict[str, Any]) -> None:
    """The picture is XML with a role, a label and a title, and fetches nothing."""
    text = svg(made, load())
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"

    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{space}title")
    assert [each.text for each in root.iter(f"{space}text")] == ["streamtck", verdict(made)[0]]
    assert text.count("http") == 1
    assert not {"script", "image", "style", "a", "use"} & {
        each.tag.removeprefix(space) for each in root.iter()
    }


@pytest.mark.parametrize("colour", COLOURS.values())
def test_white_text_can_be_read(colour: str) -> None:
    """White text on each colour has a contrast of 4.5 at least."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    luminance = sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert 1.05 / (luminance + 0.05) >= 4.5
