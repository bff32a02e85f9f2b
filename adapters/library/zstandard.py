"""`zstandard.ZstdDecompressor.stream_reader` over a compressed frame in memory."""

from typing import Any, BinaryIO

import zstandard

from streamtck.adapters.library.memory import InMemory


def _compress(content: bytes) -> bytes:
    compressed: bytes = zstandard.ZstdCompressor(level=1, write_checksum=True).compress(content)
    return compressed


def _open(source: BinaryIO) -> Any:
    return zstandard.ZstdDecompressor().stream_reader(source)


adapter = InMemory(
    "zstandard",
    _open,
    package="zstandard",
    imports="import zstandard",
    encode=_compress,
    encoding="zstandard.ZstdCompressor(level=1, write_checksum=True).compress(content)",
    opening="stream = zstandard.ZstdDecompressor().stream_reader(source)",
    sources=True,
    boundaries=(zstandard.DECOMPRESSION_RECOMMENDED_INPUT_SIZE,),
)
