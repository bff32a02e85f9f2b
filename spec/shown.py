"""The faulty stream that shows a requirement: what breaks it, as source text.

`shown_by.json` is written from the kit's own tests, whose streams are not installed.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping
from dataclasses import dataclass

DATA = "shown_by.json"


@dataclass(frozen=True, slots=True)
class Shown:
    """A stream that breaks one requirement: its class, its file in the repository, its source text."""

    stream: str
    module: str
    source: str


def shown_by(id: str) -> Shown | None:
    """The shortest stream that breaks the requirement and is caught by it alone; None where there is none."""
    return _shown().get(id)


@functools.cache
def _shown() -> Mapping[str, Shown]:
    text = importlib.resources.files("streamtck.spec").joinpath(DATA).read_text(encoding="utf-8")
    return {id: Shown(**fields) for id, fields in json.loads(text).items()}
