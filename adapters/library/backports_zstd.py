"""`backports.zstd.ZstdFile`, the later standard library's `compression.zstd`, over a frame in memory."""

import io
from typing import Any, BinaryIO

import backports.zstd as zstd

from streamtck.adapters.library.memory import InMemory

OPTIONS = {zstd.CompressionParameter.compression_level: 1, zstd.CompressionParameter.checksum_flag: 1}


def _compress(content: bytes) -> bytes:
    compressed: bytes = zstd.compress(content, options=OPTIONS)
    return compressed


def _open(source: BinaryIO) -> Any:
    return zstd.ZstdFile(source)


adapter = InMemory(
    "backports.zstd",
    _open,
    package="backports.zstd",
    imports="from backports import zstd",
    encode=_compress,
    encoding="zstd.compress(content, options={zstd.CompressionParameter.checksum_flag: 1})",
    opening="stream = zstd.ZstdFile(source)",
    sources=True,
    boundaries=(io.DEFAULT_BUFFER_SIZE, 131072),
)
