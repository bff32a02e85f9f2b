"""Streams that python-lz4's own compressor wrote, in lz4_recorded.json."""

import base64
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from streamtck.content import of_kind


@dataclass(frozen=True, slots=True)
class Recorded:
    """One stream: the blocks without their lengths, the plain chunks as spans of `content`, the options.

    The dictionary is the first `dictionary` bytes of `content`; page sizes are in bytes.
    """

    name: str
    content: bytes
    page: int
    dictionary: int
    options: dict[str, Any]
    chunks: tuple[tuple[int, int], ...]
    blocks: tuple[bytes, ...]


@cache
def recorded() -> dict[str, Recorded]:
    """The streams by name."""
    text = files("streamtck").joinpath("lz4_recorded.json").read_text(encoding="utf-8")
    return {each["name"]: _recorded(**each) for each in json.loads(text)}


def _recorded(
    name: str,
    kind: str,
    page: int,
    dictionary: int,
    chunks: list[tuple[int, int]],
    blocks: list[str],
    **options: Any,
) -> Recorded:
    size = max(dictionary, *(stop for _, stop in chunks))
    spans = tuple((start, stop) for start, stop in chunks)
    written = tuple(base64.b64decode(block) for block in blocks)
    return Recorded(name, of_kind(kind, size), page, dictionary, options, spans, written)
