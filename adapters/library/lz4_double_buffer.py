"""Our codec of LZ4 double-buffer blocks, and the seekable streams over what it writes, also as a frame."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO, ClassVar

from streamtck.adapters.adapter import Adapter
from streamtck.adapters.codec import Codec
from streamtck.adapters.formats import Format
from streamtck.adapters.storage import EncodingCache
from streamtck.reference_impl import InflateError
from streamtck.reference_impl.lz4_file import LZ4DoubleBufferFile, LZ4FrameFile, write_frame
from streamtck.reference_impl.lz4_stream import (
    LZ4StreamCompressor,
    LZ4StreamDecompressor,
    compress,
    iter_compress,
)

PAGE = 8192
VIEWS = {"python-file": "python_file", "hadoop": "hadoop", "data-store": "data_store"}


class LZ4File(Adapter):
    """Opens one of our LZ4 files on compressed bytes in memory, under each of its surfaces.

    `opened` opens the file on a binary file, given the content that it holds; `encoding` and `opening` are
    the expressions that make `stored` from `content` and the file from `source`. A reference is the bytes
    that the source gives, and where in them the payload begins.
    """

    surfaces: ClassVar[tuple[str, ...]] = tuple(VIEWS)
    boundaries = (PAGE, 65536)
    package = "streamtck"
    wraps = True
    sources = True

    def __init__(
        self,
        name: str,
        encode: Callable[[bytes], bytes],
        opened: Callable[[BinaryIO], Any],
        *,
        imports: str,
        encoding: str,
        opening: str,
        form: Format,
    ) -> None:
        self.name = name
        self.ranged = form.ends
        self._encode = EncodingCache(encode)
        self._opened = opened
        self._lines = [imports, f"stored = {encoding}"]
        if form.ends:
            self._lines += ['before = after = b""', "source = io.BytesIO(before + stored + after)"]
            self._lines += ["_ = source.seek(len(before))"]
        else:
            self._lines += ["source = io.BytesIO(stored)"]
        self._opening = opening
        self._form = form

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def place(self, stored: bytes) -> tuple[bytes, int]:
        return bytes(bytearray(stored)), 0

    def embed(self, content: bytes, before: bytes, after: bytes) -> tuple[bytes, int]:
        return before + self.encode(content) + after, len(before)

    def open(self, ref: tuple[bytes, int], surface: str = "") -> Any:
        stored, start = ref
        source = io.BytesIO(stored)
        source.seek(start)
        return self.open_on(source, surface)

    def open_on(self, source: BinaryIO, surface: str = "") -> Any:
        return getattr(self._opened(source), VIEWS[surface])()

    def format(self, content: bytes, stored: bytes) -> Format:
        return self._form

    def read_back(self, ref: tuple[bytes, int]) -> bytes:
        return ref[0]

    def snippet(self, surface: str = "") -> str:
        return "\n".join(["import io", *self._lines, f"stream = {self._opening}.{VIEWS[surface]}()"])

    def look(self) -> str:
        return "stored"


class DoubleBuffer(Codec, LZ4File):
    """The codec itself, and the file over what it writes with the sizes in band."""

    surfaces = (*VIEWS, "codec")

    def compressor(self, strategy: str, buffer_size: int, /, **options: Any) -> LZ4StreamCompressor:
        return LZ4StreamCompressor(strategy, buffer_size, **options)

    def decompressor(self, strategy: str, buffer_size: int, /, **options: Any) -> LZ4StreamDecompressor:
        return LZ4StreamDecompressor(strategy, buffer_size, **options)

    def codec_snippet(self) -> str:
        return "from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor, LZ4StreamDecompressor"


def _frame(content: bytes) -> bytes:
    target = io.BytesIO()
    write_frame(io.BytesIO(content), target, PAGE, size=len(content))
    return target.getvalue()


def indexed(content: bytes) -> bytes:
    """The number of blocks, the size of each, and the blocks, whose sizes are kept out of band."""
    blocks = list(iter_compress(io.BytesIO(content), PAGE, store_comp_size=0))
    return b"".join([_number(len(blocks)), *(_number(len(block)) for block in blocks), *blocks])


def open_indexed(source: BinaryIO) -> LZ4DoubleBufferFile:
    """The file behind an index, where `indexed` put it."""
    file = io.BufferedReader(source)  # type: ignore[type-var]
    sizes = [_next_number(file) for _ in range(_next_number(file))]
    return LZ4DoubleBufferFile(file, PAGE, store_comp_size=0, sizes=sizes)


def _number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _next_number(file: BinaryIO) -> int:
    number = file.read(4)
    if len(number) < 4:
        raise InflateError("the index is cut")
    return int.from_bytes(number, "little")


# Sizes stand in the data, and nothing says where it ends: a cut between two blocks does not show.
adapter = DoubleBuffer(
    "lz4-double-buffer",
    lambda content: compress(content, PAGE),
    lambda source: LZ4DoubleBufferFile(source, PAGE),
    imports="from streamtck.reference_impl.lz4_file import LZ4DoubleBufferFile\n"
    "from streamtck.reference_impl.lz4_stream import compress",
    encoding=f"compress(content, {PAGE})",
    opening=f"LZ4DoubleBufferFile(source, {PAGE})",
    form=Format("LZ4 double-buffer", cut=False, ends=False),
)

frame = LZ4File(
    "lz4-double-buffer.frame",
    _frame,
    LZ4FrameFile,
    imports="from streamtck.reference_impl.lz4_file import LZ4FrameFile, write_frame\n"
    "def frame(content):\n"
    "    target = io.BytesIO()\n"
    f"    write_frame(io.BytesIO(content), target, {PAGE}, size=len(content))\n"
    "    return target.getvalue()\n",
    encoding="frame(content)",
    opening="LZ4FrameFile(source)",
    form=Format("LZ4 frame", members=True),
)

out_of_band = LZ4File(
    "lz4-double-buffer.indexed",
    indexed,
    open_indexed,
    imports="from streamtck.adapters.library.lz4_double_buffer import indexed, open_indexed",
    encoding="indexed(content)",
    opening="open_indexed(source)",
    form=Format("LZ4 double-buffer behind its index"),
)
