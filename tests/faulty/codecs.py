"""A conforming codec of LZ4 double-buffer blocks: the faulty ones are small overrides of its two sides."""

from typing import Any

import lz4.block

from streamtck.adapters import CodecAdapter
from streamtck.reference_impl.lz4_stream import LZ4StreamError

WINDOW = 65536


class GoodSide:
    """What both sides share; `history` is what the next block may refer to."""

    def __init__(
        self, strategy: Any, buffer_size: Any, return_bytearray: Any, store_comp_size: Any, dictionary: Any
    ) -> None:
        self._check_strategy(strategy)
        self._check_width(store_comp_size)
        self.page, self.width = buffer_size, store_comp_size
        self.result = bytearray if return_bytearray else bytes
        self.history = self._own(dictionary)

    def _check_strategy(self, strategy: Any) -> None:
        if strategy != "double_buffer":
            raise ValueError(f"strategy {strategy!r}")

    def _check_width(self, width: Any) -> None:
        if width not in (0, 1, 2, 4):
            raise ValueError(f"store_comp_size {width!r}")

    def _own(self, dictionary: Any) -> Any:
        """What the history begins with."""
        return dictionary.encode() if isinstance(dictionary, str) else bytes(dictionary)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> Any:
        return None


class GoodCompressor(GoodSide):
    """The side that writes blocks."""

    def __init__(
        self,
        strategy: Any,
        buffer_size: Any,
        mode: Any = "default",
        acceleration: Any = 1,
        compression_level: Any = 9,
        return_bytearray: Any = False,
        store_comp_size: Any = 4,
        dictionary: Any = "",
    ) -> None:
        super().__init__(strategy, buffer_size, return_bytearray, store_comp_size, dictionary)
        self._check_page()
        self.options = {"mode": mode, "acceleration": acceleration, "compression": compression_level}

    def _check_page(self) -> None:
        if self.width and self.page + self.page // 255 + 16 >= 256**self.width:
            raise LZ4StreamError(f"a page of {self.page} bytes for a length of {self.width}")

    def compress(self, chunk: Any) -> Any:
        chunk = bytes(chunk)
        self._check(chunk)
        block = self._encode(chunk)
        self._keep(chunk)
        return self._given_out(self._prefix(chunk, block) + block)

    def _check(self, chunk: bytes) -> None:
        if len(chunk) > self.page:
            raise OverflowError(f"a chunk of {len(chunk)} bytes")

    def _encode(self, chunk: bytes) -> bytes:
        return encoded(chunk, self.history, **self.options)

    def _keep(self, chunk: bytes) -> None:
        self.history = chunk

    def _prefix(self, chunk: bytes, block: bytes) -> bytes:
        return len(block).to_bytes(self.width, "little") if self.width else b""

    def _given_out(self, data: bytes) -> Any:
        return self.result(data)


class GoodDecompressor(GoodSide):
    """The side that reads blocks."""

    def __init__(
        self,
        strategy: Any,
        buffer_size: Any,
        return_bytearray: Any = False,
        store_comp_size: Any = 4,
        dictionary: Any = "",
    ) -> None:
        super().__init__(strategy, buffer_size, return_bytearray, store_comp_size, dictionary)

    def get_block(self, stream: Any) -> Any:
        if not self.width:
            raise LZ4StreamError("no lengths are stored")
        if len(stream) < self.width:
            raise LZ4StreamError("less than a length")
        size = self._length(bytes(stream[: self.width]))
        return self.result(self._cut(bytes(stream[self.width :]), size))

    def _length(self, prefix: bytes) -> int:
        return int.from_bytes(prefix, "little")

    def _cut(self, rest: bytes, size: int) -> bytes:
        """The block of `size` bytes that `rest` begins with."""
        if len(rest) < size:
            raise LZ4StreamError(f"{len(rest)} of {size} bytes")
        return rest[:size]

    def decompress(self, chunk: Any) -> Any:
        data = self._decode(bytes(chunk))
        self._keep(data)
        return self._given_out(data)

    def _decode(self, block: bytes) -> bytes:
        try:
            return decoded(block, self.page, self.history)
        except lz4.block.LZ4BlockError as error:
            return self._failed(block, error)

    def _failed(self, block: bytes, error: Exception) -> bytes:
        raise LZ4StreamError(str(error)) from None

    def _keep(self, data: bytes) -> None:
        self.history = (self.history + data)[-WINDOW:]

    def _given_out(self, data: bytes) -> Any:
        return self.result(data)


class GoodCodec(CodecAdapter):
    """The two together."""

    Compressor: Any = GoodCompressor
    Decompressor: Any = GoodDecompressor

    def __init__(self) -> None:
        super().__init__(self.Compressor, self.Decompressor, type(self).__qualname__)


def encoded(chunk: bytes, history: bytes, **options: Any) -> bytes:
    """The block of a chunk that may refer to `history`."""
    return lz4.block.compress(chunk, store_size=False, dict=history, **options)  # type: ignore[no-any-return]


def decoded(block: bytes, page: int, history: bytes) -> bytes:
    """The chunk of a block that may refer to `history`: up to `page` bytes."""
    return lz4.block.decompress(block, uncompressed_size=page, dict=history)  # type: ignore[no-any-return]


def literals(chunk: bytes) -> bytes:
    """A block that holds a chunk as it is."""
    more = len(chunk) - 15
    if more < 0:
        return bytes([len(chunk) << 4]) + chunk
    return b"\xf0" + b"\xff" * (more // 255) + bytes([more % 255]) + chunk


def decoded_in_python(block: bytes, history: bytes, page: int) -> bytes:
    """The same without a library; IndexError where the block breaks off, ValueError for over a page."""
    data, at = bytearray(history), 0
    while at < len(block):
        token, at = block[at], at + 1
        count, at = _count(block, at, token >> 4)
        if at + count > len(block):
            raise IndexError("too few literals")
        data += block[at : at + count]
        at += count
        if at < len(block):
            offset = block[at] | block[at + 1] << 8
            count, at = _count(block, at + 2, token & 15)
            if not 0 < offset <= len(data) or count > page:
                raise ValueError(f"offset {offset}, length {count}")
            for _ in range(count + 4):
                data.append(data[-offset])
        if len(data) - len(history) > page:
            raise ValueError("more than a page")
    return bytes(data[len(history) :])


def _count(block: bytes, at: int, nibble: int) -> tuple[int, int]:
    count, more = nibble, 255 if nibble == 15 else 0
    while more == 255:
        more, at = block[at], at + 1
        count += more
    return count, at
