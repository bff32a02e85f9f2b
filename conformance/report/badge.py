"""The badge: a small picture, and the data from which shields.io draws one."""

import json
from typing import Any
from xml.sax.saxutils import escape

from streamtck.report.build import LOST, decided
from streamtck.report.figures import BINDING, met
from streamtck.spec import Specification

Data = dict[str, Any]

LABEL = "streamtck"
COLOURS = {
    "brightgreen": "#2f7d0b",
    "green": "#4f7a00",
    "lightgrey": "#5f5f5f",
    "yellow": "#8a6500",
    "red": "#b3261e",
}
"""The names that shields.io knows, worst last, and tones on which white text has enough contrast."""

ADVANCE, MARGIN = 7, 10
"""Width of a character and of the space around a text, pixels; the text is fitted to it."""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"
 aria-label="{label}: {message}">
<title>{label}: {message}</title>
<rect width="{width}" height="20" rx="3" fill="#333"/>
<path d="M{left} 0h{inner}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{inner}z" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">
<text x="{margin}" y="14" textLength="{label_length}">{label}</text>
<text x="{right}" y="14" textLength="{message_length}">{message}</text>
</g>
</svg>
"""


def svg(document: Data, specification: Specification) -> str:
    """The badge as a picture of its own, without anything from elsewhere."""
    message, colour = verdict(document)
    left = len(LABEL) * ADVANCE + 2 * MARGIN
    width = left + len(message) * ADVANCE + 2 * MARGIN
    return SVG.format(
        width=width,
        label=escape(LABEL),
        message=escape(message),
        left=left,
        inner=width - left - 3,
        colour=COLOURS[colour],
        margin=MARGIN,
        right=left + MARGIN,
        label_length=len(LABEL) * ADVANCE,
        message_length=len(message) * ADVANCE,
    )


def shields(document: Data, specification: Specification) -> str:
    """What a shields.io endpoint serves."""
    message, colour = verdict(document)
    badge: Data = {"schemaVersion": 1, "label": LABEL, "message": message, "color": colour}
    if colour == "red":
        badge["isError"] = True
    return json.dumps(badge, indent=1) + "\n"


def verdict(document: Data) -> tuple[str, str]:
    """The words of the badge and the name of its colour; a known deviation is not met.

    Where not everything was asked, or nothing was decided of one implementation, it says only that.
    """
    implementations = document["implementations"]
    if not document["complete"]:
        return "incomplete", "lightgrey"
    if not all(decided(each) for each in implementations):
        return "nothing decided", "lightgrey"
    colour = max((_colour(each) for each in implementations), key=list(COLOURS).index)
    counts = [met(each["requirements"], BINDING) for each in implementations]
    if len(counts) == 1:
        return f"{counts[0][0]} of {counts[0][1]} MUST", colour
    whole = sum(count == asked > 0 for count, asked in counts)
    return f"{whole} of {len(counts)} meet every MUST", colour


def _colour(implementation: Data) -> str:
    """Red for what makes a run red, yellow for what is declared, brightest where all is met."""
    summary = implementation["summary"]
    if summary["fail"] or any(summary[lost] for lost in LOST):
        return "red"
    count, asked = met(implementation["requirements"], BINDING)
    if count < asked:
        return "yellow"
    if not asked:
        return "lightgrey"
    return "green" if summary["warn"] or summary["known"] else "brightgreen"
