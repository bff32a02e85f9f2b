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
    blocks: list[str | None],
    **options: Any,
) -> Recorded:
    size = max(dictionary, *(stop for _, stop in chunks))
    spans = tuple((start, stop) for start, stop in chunks)
    content = of_kind(kind, size)
    written = tuple(
        literal(content[start:stop]) if block is None else base64.b64decode(block)
        for block, (start, stop) in zip(blocks, spans, strict=True)
    )
    return Recorded(name, content, page, dictionary, options, spans, written)


def literal(chunk: bytes) -> bytes:
    """The block of at least 15 bytes that does not shrink, as liblz4 writes it; it is not in the file."""
    more, rest = divmod(len(chunk) - 15, 255)
    return b"\xf0" + b"\xff" * more + bytes([rest]) + chunk
