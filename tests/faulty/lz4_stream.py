"""LZ: codecs of LZ4 double-buffer blocks that lie."""

from typing import Any

from streamtck.reference_impl.lz4_stream import LZ4StreamError
from tests.faulty import lies
from tests.faulty.codecs import GoodCodec, GoodCompressor, GoodDecompressor, decoded, encoded

# LZ-1: chunks


@lies("LZ-1a")
class GoesOnWithoutAShortChunk(GoodCodec):
    """The decompressor does not take a chunk that is shorter than a page into its history."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            if len(data) == self.page:
                super()._keep(data)


@lies("LZ-1a")
class LosesEmptyChunks(GoodCodec):
    """An empty chunk is compressed to nothing at all."""

    class Compressor(GoodCompressor):
        def _given_out(self, data: bytes) -> Any:
            return super()._given_out(b"" if data.endswith(b"\x00") and len(data) == self.width + 1 else data)


@lies("LZ-1a")
class GivesOutItsPage(GoodCodec):
    """decompress() gives a view of a page that later calls write over."""

    class Decompressor(GoodDecompressor):
        pages: Any = None

        def _given_out(self, data: bytes) -> Any:
            one, self.other = self.pages or (bytearray(self.page), bytearray(self.page))
            self.pages = self.other, one
            one[: len(data)] = data
            return memoryview(one)[: len(data)]


# LZ-2: the stored length


@lies("LZ-2a")
class CountsItsOwnByte(GoodCodec):
    """A length of one byte counts itself."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return super()._prefix(chunk, block + b"\0" if self.width == 1 else block)

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return super()._length(prefix) - (self.width == 1)


@lies("LZ-2b")
class WritesTwoBytesBigEndian(GoodCodec):
    """A length of two bytes is in the order of the network, on both sides."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            prefix = super()._prefix(chunk, block)
            return prefix[::-1] if self.width == 2 else prefix

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return int.from_bytes(prefix, "big" if self.width == 2 else "little")


@lies("LZ-2c")
class WritesFourBytesBigEndian(GoodCodec):
    """A length of four bytes is in the order of the network, on both sides."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            prefix = super()._prefix(chunk, block)
            return prefix[::-1] if self.width == 4 else prefix

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return int.from_bytes(prefix, "big" if self.width == 4 else "little")


@lies("LZ-2d")
class StoresNothingByDefault(GoodCodec):
    """The compressor's default is to store no length."""

    class Compressor(GoodCompressor):
        def __init__(self, *arguments: Any, store_comp_size: int = 0, **options: Any) -> None:
            super().__init__(*arguments, store_comp_size=store_comp_size, **options)


# LZ-3, LZ-4, LZ-5


@lies("LZ-3a")
class WritesALengthNobodyWants(GoodCodec):
    """With store_comp_size=0 a length of four bytes is stored all the same."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return len(block).to_bytes(self.width or 4, "little")


@lies("LZ-3b")
class GivesBackAllAsTheBlock(GoodCodec):
    """With store_comp_size=0 get_block() gives back what it is given."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return super().get_block(stream) if self.width else stream


@lies("LZ-4a")
class TakesThreeBytes(GoodCodec):
    """A length of three bytes is accepted."""

    class Compressor(GoodCompressor):
        def _check_width(self, width: Any) -> None:
            super()._check_width(4 if width == 3 else width)


@lies("LZ-5a")
class TakesAnyStrategy(GoodCodec):
    """A name that is no strategy is accepted."""

    class Compressor(GoodCompressor):
        def _check_strategy(self, strategy: Any) -> None: ...

    class Decompressor(GoodDecompressor):
        def _check_strategy(self, strategy: Any) -> None: ...


# LZ-6: chunks over the page


@lies("LZ-6a")
class CutsWhatIsOverThePage(GoodCodec):
    """What a chunk has over a page is dropped in silence."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            return super().compress(chunk[: self.page])


@lies("LZ-6a")
class RemembersWhatItRefused(GoodCodec):
    """A chunk that was refused is in the history."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            before, self.history = self.history, chunk[: self.page]
            super()._check(chunk)
            self.history = before


# LZ-7: get_block()


@lies("LZ-7a")
class KeepsTheLength(GoodCodec):
    """get_block() gives the block with its length."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            size = len(super().get_block(stream))
            return self.result(stream[: self.width + size])


@lies("LZ-7b")
class CutsShort(GoodCodec):
    """get_block() gives what there is of a block that breaks off."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            return rest[:size]


# LZ-8: damage


@lies("LZ-8a")
class LetsTheLibrarysErrorThrough(GoodCodec):
    """What decompress() raises is the error of the library below."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            raise error


@lies("LZ-8b")
class RemembersADamagedBlock(GoodCodec):
    """What a damaged block left in the page belongs to the history."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            self._keep(bytes(self.page))
            return super()._failed(block, error)


# LZ-9: with


@lies("LZ-9a")
class LetsNoExceptionOut(GoodCodec):
    """The decompressor lets no exception out of its `with`."""

    class Decompressor(GoodDecompressor):
        def __exit__(self, *exception: Any) -> Any:
            return True


# LZ-10: the wire


@lies("LZ-10a")
class RefersToTheLastWindow(GoodCodec):
    """Blocks refer to the last 64 KiB, more than the two pages hold."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            self.history = (self.history + chunk)[-65536:]


@lies("LZ-10b")
class HoldsOneChunk(GoodCodec):
    """The decompressor holds the previous chunk only."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = data


# LZ-11: dictionaries


@lies("LZ-11a")
class ForgetsTheDictionary(GoodCodec):
    """The compressor takes a dictionary and does not use it."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return b""


@lies("LZ-11b")
class PointsToTheDictionary(GoodCodec):
    """The decompressor keeps a view of the caller's dictionary."""

    class Decompressor(GoodDecompressor):
        view: Any = b""

        def _own(self, dictionary: Any) -> Any:
            if isinstance(dictionary, bytearray):
                self.view = dictionary
            return super()._own(dictionary)

        def _decode(self, block: bytes) -> bytes:
            if self.view:
                self.history, self.view = bytes(self.view), b""
            return super()._decode(block)


# LZ-12, LZ-13


@lies("LZ-12a")
class LinksToNoAdvantage(GoodCodec):
    """A block with a history is written in literals only."""

    class Compressor(GoodCompressor):
        first = True

        def _encode(self, chunk: bytes) -> bytes:
            first, self.first = self.first, False
            return super()._encode(chunk) if first or not chunk else literals(chunk)


@lies("LZ-13a")
class TakesAnyPage(GoodCodec):
    """No page is too large for the stored length at construction."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None: ...


def literals(chunk: bytes) -> bytes:
    """A block that holds a chunk as it is."""
    more = len(chunk) - 15
    if more < 0:
        return bytes([len(chunk) << 4]) + chunk
    return b"\xf0" + b"\xff" * (more // 255) + bytes([more % 255]) + chunk
