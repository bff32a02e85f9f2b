"""The formats of a report: one maker for each suffix, all from the same JSON data."""

import json
from collections.abc import Callable
from typing import Any

from streamtck.report import badge, markdown
from streamtck.spec import Specification

Maker = Callable[[dict[str, Any], Specification], str]


def as_json(document: dict[str, Any], specification: Specification) -> str:
    """The report itself."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def as_html(document: dict[str, Any], specification: Specification) -> str:
    """The page; what draws it is imported only here."""
    from streamtck.report import html

    return html.page(document, specification)


MAKERS: dict[str, Maker] = {
    ".json": as_json,
    ".html": as_html,
    ".md": markdown.page,
    ".svg": badge.svg,
    ".shields.json": badge.shields,
}
"""What makes a report of a file name that ends so."""


def suffix_of(name: str) -> str | None:
    """The format that a file name asks for, the longest ending first; None where it is no report's."""
    endings = sorted(MAKERS, key=len, reverse=True)
    return next((ending for ending in endings if name.lower().endswith(ending)), None)


def make(suffix: str, document: dict[str, Any], specification: Specification) -> str:
    """The text of a report in one format; the same document gives the same text."""
    return MAKERS[suffix](document, specification)


def expected() -> str:
    """The endings in words, for messages."""
    *first, last = MAKERS
    return f"{', '.join(first)} or {last}"
