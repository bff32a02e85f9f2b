"""`lz4.frame.LZ4FrameFile` over a compressed frame in memory."""

import io
from typing import BinaryIO

import lz4.frame

from streamtck.adapters.library.memory import InMemory


def _compress(content: bytes) -> bytes:
    compressed: bytes = lz4.frame.compress(content, content_checksum=True)
    return compressed


def _open(source: BinaryIO) -> lz4.frame.LZ4FrameFile:
    return lz4.frame.LZ4FrameFile(source)


adapter = InMemory(
    "lz4.frame",
    _open,
    package="lz4",
    imports="import lz4.frame",
    encode=_compress,
    encoding="lz4.frame.compress(content, content_checksum=True)",
    opening="stream = lz4.frame.LZ4FrameFile(source)",
    sources=True,
    boundaries=(io.DEFAULT_BUFFER_SIZE, 65536),
)
