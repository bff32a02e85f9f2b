"""LZ: codecs of LZ4 double-buffer blocks that lie."""

import struct
from typing import Any

from streamtck.reference_impl.lz4_stream import LZ4StreamError
from tests.faulty import lies
from tests.faulty.codecs import (
    GoodCodec,
    GoodCompressor,
    GoodDecompressor,
)

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


@lies("LZ-1a")
class WritesIntoItsOutput(GoodCodec):
    """compress() gives a view of a buffer that the next call writes over."""

    class Compressor(GoodCompressor):
        buffer = b""

        def _given_out(self, data: bytes) -> Any:
            self.buffer = self.buffer or bytearray(2 * self.page + 40)
            self.buffer[: len(data)] = data
            return memoryview(self.buffer)[: len(data)]


@lies("LZ-1a")
class KeepsTheCallersBuffer(GoodCodec):
    """The compressor's history is the caller's own buffer."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            self.history = bytes(self.history)
            compressed = super().compress(chunk)
            self.history = chunk
            return compressed


@lies("LZ-1a")
class SharesItsHistoryWithTheCaller(GoodCodec):
    """The bytearray that decompress() gives is the history, too."""

    class Decompressor(GoodDecompressor):
        last: Any = b""

        def _decode(self, block: bytes) -> bytes:
            self.history = self.history[: len(self.history) - len(self.last)] + bytes(self.last)
            return super()._decode(block)

        def _given_out(self, data: bytes) -> Any:
            self.last = super()._given_out(data)
            return self.last


@lies("LZ-1a")
class SharesItsHistoryWithOthers(GoodCodec):
    """All compressors have one history, which each new one clears."""

    class Compressor(GoodCompressor):
        shared: Any = [b""]  # noqa: RUF012

        @property
        def history(self) -> Any:
            return self.shared[0]

        @history.setter
        def history(self, value: Any) -> None:
            self.shared[0] = value


@lies("LZ-1a")
class KeepsNothingThatDoesNotShrink(GoodCodec):
    """The compressor does not take a chunk into its history whose block is no shorter."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            block = super()._encode(chunk)
            self.shrinks = len(block) < len(chunk)
            return block

        def _keep(self, chunk: bytes) -> None:
            if self.shrinks:
                super()._keep(chunk)


@lies("LZ-1a")
class BeginsAnewAtAWindow(GoodCodec):
    """The decompressor empties its history where 64 KiB of data have come."""

    class Decompressor(GoodDecompressor):
        count = 0

        def _keep(self, data: bytes) -> None:
            super()._keep(data)
            self.count += len(data)
            if self.count >= 65536:
                self.count, self.history = 0, b""


@lies("LZ-1a")
class KeepsTheHeadOfTheHistory(GoodCodec):
    """The decompressor's history is the first 128 KiB of the stream."""

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-65536:]

        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[: 2 * 65536]


@lies("LZ-1a")
class TakesAWholePageForItsHistory(GoodCodec):
    """After a short chunk the compressor refers to what is left of an older one behind it in the page."""

    class Compressor(GoodCompressor):
        kept = b""

        def _keep(self, chunk: bytes) -> None:
            self.history = self.kept = chunk + self.kept[len(chunk) :]


@lies("LZ-1a")
class TurnsItsPagesForNothing(GoodCodec):
    """After an empty chunk the compressor refers to the chunk before the last one, and that alone."""

    class Compressor(GoodCompressor):
        before = b""

        def _keep(self, chunk: bytes) -> None:
            self.before, self.history = self.history, chunk or self.before


@lies("LZ-1a")
class ForgetsAtAnEmptyChunk(GoodCodec):
    """The decompressor begins anew after an empty chunk; the compressor goes on."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            self.history = chunk or self.history

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[-65536:] if data else b""


@lies("LZ-1a")
class HoldsAKilobyte(GoodCodec):
    """The decompressor's history is one KiB, whatever the page."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[-1024:]


@lies("LZ-1a")
class HoldsHalfAWindow(GoodCodec):
    """The decompressor's history is 32 KiB."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[-32768:]


@lies("LZ-1a")
class HoldsOneByteLessThanAPage(GoodCodec):
    """The decompressor's history lacks the first byte of a full chunk."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[1 - self.page :] if self.page > 1 else data


@lies("LZ-1a")
class FillsThePage(GoodCodec):
    """decompress() gives a page also for a short chunk, with zeros behind it."""

    class Decompressor(GoodDecompressor):
        def _given_out(self, data: bytes) -> Any:
            return super()._given_out(data.ljust(self.page, b"\0"))


@lies("LZ-1a")
class GivesNoneForAnEmptyChunk(GoodCodec):
    """decompress() gives None where the chunk was empty."""

    class Decompressor(GoodDecompressor):
        def _given_out(self, data: bytes) -> Any:
            return super()._given_out(data) if data else None


@lies("LZ-1a")
class RefusesAnEmptyChunk(GoodCodec):
    """compress() raises for an empty chunk."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            super()._check(chunk)
            if not chunk:
                raise ValueError("nothing to compress")


@lies("LZ-1a")
class RefusesAFullPage(GoodCodec):
    """A chunk of just a page is taken for one that is too large, so the check is off by one."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            if len(chunk) >= self.page > 1:
                raise OverflowError(f"a chunk of {len(chunk)} bytes")


@lies("LZ-1a")
class LinksWrongInHighCompression(GoodCodec):
    """In high compression the compressor refers to the chunk before the previous one."""

    class Compressor(GoodCompressor):
        before = b""

        def _keep(self, chunk: bytes) -> None:
            hard = self.options["mode"] == "high_compression"
            self.before, self.history = chunk, self.before if hard else chunk


@lies("LZ-1a")
class DecodesWhatItOnlyLooksAt(GoodCodec):
    """get_block() takes the block into the history, as if it had been decompressed."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            block = super().get_block(stream)
            try:
                self.decompress(block)
            except LZ4StreamError:
                self.history = self.history[1:]
            return block


@lies("LZ-1a")
class KeepsTheCallersBytearray(GoodCodec):
    """A chunk that is a bytearray is the compressor's history itself; anything else is copied."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            self.history = bytes(self.history)
            compressed = super().compress(chunk)
            self.history = chunk if isinstance(chunk, bytearray) else self.history
            return compressed


@lies("LZ-1a")
class LosesTheEndOfABytearray(GoodCodec):
    """A chunk that is a bytearray loses its last byte, as a C string would."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            return super().compress(chunk[:-1] if isinstance(chunk, bytearray) else chunk)


@lies("LZ-1a")
class LosesTheEndOfABlock(GoodCodec):
    """A block that is a bytearray loses its last byte."""

    class Decompressor(GoodDecompressor):
        def decompress(self, chunk: Any) -> Any:
            return super().decompress(chunk[:-1] if isinstance(chunk, bytearray) else chunk)


@lies("LZ-1a")
class DecodesAllBehindAView(GoodCodec):
    """Of a block that is a view, the whole object behind it is decoded."""

    class Decompressor(GoodDecompressor):
        def decompress(self, chunk: Any) -> Any:
            return super().decompress(chunk.obj if isinstance(chunk, memoryview) else chunk)


@lies("LZ-1a")
class CompressesAllBehindAView(GoodCodec):
    """Of a chunk that is a view, the whole object behind it is compressed, up to a page."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            return super().compress(chunk.obj[: self.page] if isinstance(chunk, memoryview) else chunk)


@lies("LZ-1a")
class GivesOneBytearray(GoodCodec):
    """Where bytearrays are wanted, compress() gives the same one each time."""

    class Compressor(GoodCompressor):
        given: Any = None

        def _given_out(self, data: bytes) -> Any:
            if self.result is bytes:
                return data
            self.given = bytearray() if self.given is None else self.given
            self.given[:] = data
            return self.given


@lies("LZ-1a")
class CountsChunksInAByte(GoodCodec):
    """After 255 chunks the decompressor believes that it is at the first one."""

    class Decompressor(GoodDecompressor):
        count = 0

        def _keep(self, data: bytes) -> None:
            super()._keep(data)
            self.count = (self.count + 1) % 256
            self.history = self.history if self.count else b""


@lies("LZ-1a")
class LosesTheEndOfALongChunk(GoodCodec):
    """Of a chunk of more than 128 KiB the last byte is lost."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return super()._encode(chunk[:-1] if len(chunk) > 131072 else chunk)


@lies("LZ-1a")
class LosesTheEndOfAMegabyte(GoodCodec):
    """Of a chunk of a MiB the last byte is lost."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return super()._encode(chunk[:-1] if len(chunk) >= 1 << 20 else chunk)


@lies("LZ-1a")
class LosesAByteOfAnAlmostFullPage(GoodCodec):
    """A chunk of one byte less than a page loses another."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return super()._encode(chunk[:-1] if len(chunk) == self.page - 1 else chunk)


@lies("LZ-1a")
class LinksWrongAtTheHighestLevel(GoodCodec):
    """At level 12 of high compression the history is in reverse."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            highest = self.options == {**self.options, "mode": "high_compression", "compression": 12}
            self.history = chunk[::-1] if highest else chunk


@lies("LZ-1a")
class HurriesTooMuch(GoodCodec):
    """In a great hurry the last byte of a chunk is passed by."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            hurry = self.options["mode"] == "fast" and self.options["acceleration"] > 50
            return super()._encode(chunk[:-1] if hurry else chunk)


@lies("LZ-1a")
class LosesAByteAfterAnEmptyChunk(GoodCodec):
    """With lengths of one byte, a chunk after an empty one loses a byte."""

    class Compressor(GoodCompressor):
        begun = False

        def _encode(self, chunk: bytes) -> bytes:
            wrong = self.width == 1 and self.begun and not self.history
            self.begun = True
            return super()._encode(chunk[:-1] if wrong else chunk)


@lies("LZ-1a")
class LinksWrongWithTwoBytes(GoodCodec):
    """With lengths of two bytes the history is wrong from the third chunk on."""

    class Compressor(GoodCompressor):
        count = 0

        def _keep(self, chunk: bytes) -> None:
            self.count += 1
            self.history = chunk[::-1] if self.width == 2 and self.count > 2 else chunk


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


@lies("LZ-2a")
class LosesTheLengthOfAShortBlock(GoodCodec):
    """A block that is shorter than its chunk could be is written without its byte of length."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return b"" if self.width == 1 and len(block) < 16 else super()._prefix(chunk, block)


@lies("LZ-2a")
class StopsAt127(GoodCodec):
    """A length of one byte is signed: blocks over 127 bytes cannot be written."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return (
                len(block).to_bytes(1, "little", signed=True)
                if self.width == 1
                else super()._prefix(chunk, block)
            )


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


@lies("LZ-2b")
class CountsItsTwoBytes(GoodCodec):
    """A length of two bytes counts itself, and get_block() knows."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return super()._prefix(chunk, block + b"12" if self.width == 2 else block)

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return super()._length(prefix) - 2 * (self.width == 2)


@lies("LZ-2b")
class WritesOneByteOfTwo(GoodCodec):
    """Of a length of two bytes the upper one is always zero."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            prefix = super()._prefix(chunk, block)
            return prefix[:1] + b"\0" if self.width == 2 else prefix


@lies("LZ-2b")
class WritesThePlainLength(GoodCodec):
    """The two bytes tell the length of the plain data."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return super()._prefix(chunk, chunk if self.width == 2 else block)

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return self.result(stream[2:]) if self.width == 2 else super().get_block(stream)


@lies("LZ-2b")
class WritesNoLengthOfWhatDoesNotShrink(GoodCodec):
    """A block that is no shorter than its chunk is written without its two bytes."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            bare = self.width == 2 and len(block) > len(chunk)
            return b"" if bare else super()._prefix(chunk, block)


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


@lies("LZ-2c")
class WritesTwoBytesOfFour(GoodCodec):
    """Of a length of four bytes the upper two are always zero."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            prefix = super()._prefix(chunk, block)
            return prefix[:2] + b"\0\0" if self.width == 4 else prefix


@lies("LZ-2c")
class CountsItsFourBytes(GoodCodec):
    """A length of four bytes counts itself, on both sides."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return super()._prefix(chunk, block + b"1234" if self.width == 4 else block)

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return super()._length(prefix) - 4 * (self.width == 4)


@lies("LZ-2c")
class WritesBigEndianThroughout(GoodCodec):
    """Each length is in the order of the network, on both sides."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return super()._prefix(chunk, block)[::-1]

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return super()._length(prefix[::-1])


@lies("LZ-2c")
class LosesTheLastByteOfABlock(GoodCodec):
    """compress() gives a byte less than the length tells, whatever its width."""

    class Compressor(GoodCompressor):
        def _given_out(self, data: bytes) -> Any:
            return super()._given_out(data[:-1] if self.width else data)


@lies("LZ-2c")
class StoresAsFramesDo(GoodCodec):
    """What does not shrink is stored as it is, and the upper bit of the length says so, as in LZ4 frames."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            written = super().compress(chunk)
            if self.width != 4 or len(written) < len(chunk) + 4:
                return written
            return self.result((len(chunk) | 1 << 31).to_bytes(4, "little") + chunk)


@lies("LZ-2c")
class CountsBlocksInAByte(GoodCodec):
    """From the 257th block on the length is one too many."""

    class Compressor(GoodCompressor):
        count = 0

        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            self.count += 1
            return super()._prefix(chunk, block + b"1" if self.count > 256 and self.width == 4 else block)


@lies("LZ-2d")
class StoresNothingByDefault(GoodCodec):
    """The compressor's default is to store no length."""

    class Compressor(GoodCompressor):
        def __init__(self, *arguments: Any, store_comp_size: int = 0, **options: Any) -> None:
            super().__init__(*arguments, store_comp_size=store_comp_size, **options)


@lies("LZ-2d")
class StoresTwoBytesByDefault(GoodCodec):
    """By default the length is stored in two bytes, on both sides."""

    class Compressor(GoodCompressor):
        def __init__(self, *arguments: Any, store_comp_size: int = 2, **options: Any) -> None:
            super().__init__(*arguments, store_comp_size=store_comp_size, **options)

    class Decompressor(GoodDecompressor):
        def __init__(self, *arguments: Any, store_comp_size: int = 2, **options: Any) -> None:
            super().__init__(*arguments, store_comp_size=store_comp_size, **options)


@lies("LZ-2d")
class ExpectsNothingByDefault(GoodCodec):
    """The decompressor's default is that no length is stored; the compressor's is that one is."""

    class Decompressor(GoodDecompressor):
        def __init__(self, *arguments: Any, store_comp_size: int = 0, **options: Any) -> None:
            super().__init__(*arguments, store_comp_size=store_comp_size, **options)


# LZ-3, LZ-4, LZ-5


@lies("LZ-3a")
class WritesALengthNobodyWants(GoodCodec):
    """With store_comp_size=0 a length of four bytes is stored all the same."""

    class Compressor(GoodCompressor):
        def _prefix(self, chunk: bytes, block: bytes) -> bytes:
            return len(block).to_bytes(self.width or 4, "little")


@lies("LZ-3a")
class SkipsALengthThatIsNotThere(GoodCodec):
    """With store_comp_size=0 decompress() leaves the first four bytes out."""

    class Decompressor(GoodDecompressor):
        def decompress(self, chunk: Any) -> Any:
            return super().decompress(chunk if self.width else chunk[4:])


@lies("LZ-3a")
class LinksNothingWithoutLengths(GoodCodec):
    """With store_comp_size=0 the decompressor has no history."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            if self.width:
                super()._keep(data)


@lies("LZ-3a")
class LosesAByteOfWhatIsCompressedHard(GoodCodec):
    """With store_comp_size=0 a chunk loses its last byte in high compression."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            hard = self.options["mode"] == "high_compression" and not self.width
            return super()._encode(chunk[:-1] if hard else chunk)


@lies("LZ-3b")
class GivesBackAllAsTheBlock(GoodCodec):
    """With store_comp_size=0 get_block() gives back what it is given."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return super().get_block(stream) if self.width else stream


@lies("LZ-3b")
class FindsNothingWithoutLengths(GoodCodec):
    """With store_comp_size=0 get_block() gives an empty block."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return super().get_block(stream) if self.width else b""


@lies("LZ-3b")
class AssumesFourBytes(GoodCodec):
    """With store_comp_size=0 get_block() looks for a length of four bytes."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            if self.width:
                return super().get_block(stream)
            return self._cut(stream[4:], self._length(stream[:4]))


@lies("LZ-4a")
class TakesThreeBytes(GoodCodec):
    """A length of three bytes is accepted."""

    class Compressor(GoodCompressor):
        def _check_width(self, width: Any) -> None:
            super()._check_width(4 if width == 3 else width)


@lies("LZ-4a")
class TakesEightBytes(GoodCodec):
    """A length of eight bytes is accepted, on both sides."""

    class Compressor(GoodCompressor):
        def _check_width(self, width: Any) -> None:
            super()._check_width(4 if width == 8 else width)

    class Decompressor(GoodDecompressor):
        def _check_width(self, width: Any) -> None:
            super()._check_width(4 if width == 8 else width)


@lies("LZ-4a")
class ReadsLengthsOfAnyWidth(GoodCodec):
    """The decompressor takes any store_comp_size."""

    class Decompressor(GoodDecompressor):
        def _check_width(self, width: Any) -> None: ...


@lies("LZ-4a")
class TakesEachWidthInRange(GoodCodec):
    """Any store_comp_size of 0 to 4 is accepted: a range, where four are listed."""

    class Compressor(GoodCompressor):
        def _check_width(self, width: Any) -> None:
            super()._check_width(4 if 0 <= width <= 4 else width)

    class Decompressor(GoodDecompressor):
        def _check_width(self, width: Any) -> None:
            super()._check_width(4 if 0 <= width <= 4 else width)


@lies("LZ-4a")
class NamesAnotherErrorForAWidth(GoodCodec):
    """Any other store_comp_size raises LZ4StreamError."""

    class Compressor(GoodCompressor):
        def _check_width(self, width: Any) -> None:
            if width not in (0, 1, 2, 4):
                raise LZ4StreamError("no such width")


@lies("LZ-5a")
class TakesAnyStrategy(GoodCodec):
    """A name that is no strategy is accepted."""

    class Compressor(GoodCompressor):
        def _check_strategy(self, strategy: Any) -> None: ...

    class Decompressor(GoodDecompressor):
        def _check_strategy(self, strategy: Any) -> None: ...


@lies("LZ-5a")
class LooksTheStrategyUp(GoodCodec):
    """A name that is no strategy raises KeyError."""

    class Compressor(GoodCompressor):
        def _check_strategy(self, strategy: Any) -> None:
            super()._check_strategy({"double_buffer": "double_buffer"}[strategy])


@lies("LZ-5a")
class ReadsWithAnyStrategy(GoodCodec):
    """The decompressor does not look at the name of its strategy."""

    class Decompressor(GoodDecompressor):
        def _check_strategy(self, strategy: Any) -> None: ...


@lies("LZ-5a")
class TakesNoNameForTheDefault(GoodCodec):
    """An empty name is taken for the strategy that there is."""

    class Compressor(GoodCompressor):
        def _check_strategy(self, strategy: Any) -> None:
            super()._check_strategy(strategy or "double_buffer")


@lies("LZ-5a")
class LooksAtTheStartOfTheName(GoodCodec):
    """What begins with the name of the strategy is accepted."""

    class Compressor(GoodCompressor):
        def _check_strategy(self, strategy: Any) -> None:
            super()._check_strategy(strategy[:13])


@lies("LZ-5a")
class HasNoOtherStrategyYet(GoodCodec):
    """Each name but the one raises NotImplementedError, also those that are no strategies."""

    class Compressor(GoodCompressor):
        def _check_strategy(self, strategy: Any) -> None:
            if strategy != "double_buffer":
                raise NotImplementedError(strategy)


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


@lies("LZ-6a")
class RemembersTheEndOfWhatItRefused(GoodCodec):
    """The end of a chunk that was refused is in the history."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            try:
                return super().compress(chunk)
            except OverflowError:
                self._keep(chunk[-self.page :])
                raise


@lies("LZ-6a")
class TurnsItsPagesBeforeItRefuses(GoodCodec):
    """After a chunk that was refused the next one refers to the page before."""

    class Compressor(GoodCompressor):
        last = before = b""

        def _check(self, chunk: bytes) -> None:
            if len(chunk) > self.page:
                self.history = self.before
            super()._check(chunk)

        def _keep(self, chunk: bytes) -> None:
            self.before, self.history = self.last, chunk
            self.last = chunk


@lies("LZ-6a")
class CallsItAValueError(GoodCodec):
    """A chunk of more than a page raises ValueError."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            if len(chunk) > self.page:
                raise ValueError(f"a chunk of {len(chunk)} bytes")


@lies("LZ-6a")
class SplitsWhatIsOverThePage(GoodCodec):
    """A chunk of more than a page comes back as several blocks in a row."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            starts = range(0, len(chunk) or 1, self.page)
            parts = [GoodCompressor.compress(self, chunk[at : at + self.page]) for at in starts]
            return self.result(b"".join(parts))


@lies("LZ-6a")
class TakesAByteTooMany(GoodCodec):
    """A chunk of a page and one byte is compressed."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            super()._check(chunk[:-1])


@lies("LZ-6a")
class RefusesAllAfterARefusal(GoodCodec):
    """After a chunk that was refused each further one is."""

    class Compressor(GoodCompressor):
        shut = False

        def _check(self, chunk: bytes) -> None:
            self.shut = self.shut or len(chunk) > self.page
            if self.shut:
                raise OverflowError("too much")


@lies("LZ-6a")
class RemembersWhatItRefusedInHighCompression(GoodCodec):
    """In high compression, a chunk that was refused is in the history."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            if len(chunk) > self.page and self.options["mode"] == "high_compression":
                self.history = chunk
            super()._check(chunk)


@lies("LZ-6a")
class HasNoLimitWithoutLengths(GoodCodec):
    """With store_comp_size=0 a chunk may be of any length."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            if self.width:
                super()._check(chunk)


@lies("LZ-6a")
class HasNoLimitAtFirst(GoodCodec):
    """The first chunk may be of any length."""

    class Compressor(GoodCompressor):
        begun = False

        def _check(self, chunk: bytes) -> None:
            if self.begun:
                super()._check(chunk)
            self.begun = True


# LZ-7: get_block()


@lies("LZ-7a")
class KeepsTheLength(GoodCodec):
    """get_block() gives the block with its length."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            size = len(super().get_block(stream))
            return self.result(stream[: self.width + size])


@lies("LZ-7a")
class GivesTheRemainderToo(GoodCodec):
    """get_block() gives all that follows the length."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            return super()._cut(rest, size) and rest


@lies("LZ-7a")
class RefusesARemainder(GoodCodec):
    """get_block() raises where more than a block is given."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            if len(rest) > size:
                raise LZ4StreamError("more than a block")
            return super()._cut(rest, size)


@lies("LZ-7a")
class NeedsARemainder(GoodCodec):
    """get_block() raises at the last block of a stream."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            return super()._cut(rest, size + 1)[:-1]


@lies("LZ-7a")
class ReadsOneByteOfTheLength(GoodCodec):
    """get_block() looks at the first byte of a length only."""

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return prefix[0]


@lies("LZ-7a")
class ReadsTwoBytesOfTheLength(GoodCodec):
    """get_block() looks at the first two bytes of a length only."""

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return super()._length(prefix[:2])


@lies("LZ-7a")
class ReadsASignedLength(GoodCodec):
    """get_block() takes the length for a signed number."""

    class Decompressor(GoodDecompressor):
        def _length(self, prefix: bytes) -> int:
            return int.from_bytes(prefix, "little", signed=True)


@lies("LZ-7a")
class FindsTheStartOfABuffer(GoodCodec):
    """Of a stream that is a view, get_block() looks at the start of the object behind it."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return super().get_block(stream.obj if isinstance(stream, memoryview) else stream)


@lies("LZ-7a")
class FindsBlocksInOneBuffer(GoodCodec):
    """get_block() gives a view of a buffer that the next call writes over."""

    class Decompressor(GoodDecompressor):
        buffer = b""

        def get_block(self, stream: Any) -> Any:
            block = super().get_block(stream)
            self.buffer = self.buffer or bytearray(2 * self.page + 400)
            self.buffer[: len(block)] = block
            return memoryview(self.buffer)[: len(block)]


@lies("LZ-7a")
class FindsTheNextBlock(GoodCodec):
    """Asked again of a stream of the same length, get_block() gives the block after the first one."""

    class Decompressor(GoodDecompressor):
        place = (0, 0)

        def get_block(self, stream: Any) -> Any:
            size, start = self.place
            start = start if size == len(stream) and start < size else 0
            block = super().get_block(stream[start:])
            self.place = len(stream), start + self.width + len(block)
            return block


@lies("LZ-7b")
class CutsShort(GoodCodec):
    """get_block() gives what there is of a block that breaks off."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            return rest[:size]


@lies("LZ-7b")
class TakesHalfALength(GoodCodec):
    """get_block() takes a length of fewer bytes than there should be."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            if self.width and len(stream) < self.width:
                return self.result(b"")
            return super().get_block(stream)


@lies("LZ-7b")
class FindsNoBlockInNothing(GoodCodec):
    """get_block() gives an empty block where the stream is at its end."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return super().get_block(stream) if stream or not self.width else self.result(b"")


@lies("LZ-7b")
class FillsTheBlockUp(GoodCodec):
    """get_block() puts zeros where a block breaks off."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            return rest[:size].ljust(size, b"\0")


@lies("LZ-7b")
class CallsItABufferError(GoodCodec):
    """A block that breaks off raises BufferError."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            if len(rest) < size:
                raise BufferError("less than a block")
            return rest[:size]


@lies("LZ-7b")
class TripsOverHalfALength(GoodCodec):
    """Where the data ends within the length, the error is that of struct."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            if self.width and len(stream) < self.width:
                struct.unpack("<I", stream[:1])
            return super().get_block(stream)


@lies("LZ-7b")
class TakesALengthForNegative(GoodCodec):
    """get_block() gives an empty block where the highest bit of four bytes is set."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            return b"" if size >= 1 << 31 else super()._cut(rest, size)


@lies("LZ-7b")
class MakesRoomFirst(GoodCodec):
    """get_block() makes room for a block before it looks how much there is."""

    class Decompressor(GoodDecompressor):
        def _cut(self, rest: bytes, size: int) -> bytes:
            if size >= 1 << 31:
                raise MemoryError
            return super()._cut(rest, size)


# LZ-9: with


@lies("LZ-9a")
class LetsNoExceptionOut(GoodCodec):
    """The decompressor lets no exception out of its `with`."""

    class Decompressor(GoodDecompressor):
        def __exit__(self, *exception: Any) -> Any:
            return True


@lies("LZ-9a")
class CompressorLetsNoExceptionOut(GoodCodec):
    """The compressor lets no exception out of its `with`."""

    class Compressor(GoodCompressor):
        def __exit__(self, *exception: Any) -> Any:
            return self


@lies("LZ-9a")
class EntersAsNothing(GoodCodec):
    """`with` gives None for the compressor."""

    class Compressor(GoodCompressor):
        def __enter__(self) -> Any:
            return None


@lies("LZ-9a")
class EntersAsAnotherDecompressor(GoodCodec):
    """`with` gives another decompressor."""

    class Decompressor(GoodDecompressor):
        def __enter__(self) -> Any:
            return type(self)("double_buffer", self.page)


@lies("LZ-9a")
class CannotBeEntered(GoodCodec):
    """The decompressor is no context manager."""

    class Decompressor(GoodDecompressor):
        def __enter__(self) -> Any:
            raise AttributeError("__enter__")


@lies("LZ-9a")
class RaisesOnTheWayOut(GoodCodec):
    """Leaving the `with` of the compressor raises."""

    class Compressor(GoodCompressor):
        def __exit__(self, *exception: Any) -> Any:
            raise LZ4StreamError("not finished")


@lies("LZ-9a")
class HidesItsOwnErrors(GoodCodec):
    """The decompressor lets no LZ4StreamError out of its `with`."""

    class Decompressor(GoodDecompressor):
        def __exit__(self, *exception: Any) -> Any:
            return isinstance(exception[1], LZ4StreamError)
