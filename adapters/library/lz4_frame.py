"""`lz4.frame.LZ4FrameFile` over a compressed frame in memory."""

import io

import lz4.frame

from streamtck.adapters.library.memory import InMemory, source


def _open(stored: bytes) -> lz4.frame.LZ4FrameFile:
    return lz4.frame.LZ4FrameFile(source(stored))


adapter = InMemory(
    "lz4.frame",
    _open,
    package="lz4",
    imports="import io, lz4.frame",
    encode=lz4.frame.compress,
    encoding="lz4.frame.compress(content)",
    opening="stream = lz4.frame.LZ4FrameFile(io.BytesIO(stored))",
    boundaries=(io.DEFAULT_BUFFER_SIZE, 65536),
)
