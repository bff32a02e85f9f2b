"""LZ-10 to LZ-13: codecs that others cannot read, or that misuse a dictionary."""

import ctypes
from typing import Any

import lz4.block

from streamtck.lz4_block import breaks_off
from streamtck.reference_impl.lz4_stream import LZ4StreamError
from tests.faulty import lies
from tests.faulty.codecs import (
    GoodCodec,
    GoodCompressor,
    GoodDecompressor,
    decoded,
    encoded,
    literals,
)

# LZ-10: the wire


@lies("LZ-10a")
class RefersToTheLastWindow(GoodCodec):
    """Blocks refer to the last 64 KiB, more than the two pages hold."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            self.history = (self.history + chunk)[-65536:]


@lies("LZ-10a")
class RefersToTheLastTwoChunks(GoodCodec):
    """Blocks refer to the previous chunk and the one before, wherever these lie."""

    class Compressor(GoodCompressor):
        last = b""

        def _keep(self, chunk: bytes) -> None:
            self.history, self.last = self.last + chunk, chunk


@lies("LZ-10a")
class RefersToTheDictionaryForever(GoodCodec):
    """Blocks refer to the dictionary and to the previous chunk."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            self.dictionary = super()._own(dictionary)
            return self.dictionary

        def _keep(self, chunk: bytes) -> None:
            self.history = self.dictionary + chunk

    class Decompressor(GoodDecompressor):
        last = b""

        def _own(self, dictionary: Any) -> Any:
            self.dictionary = super()._own(dictionary)
            return self.dictionary

        def _decode(self, block: bytes) -> bytes:
            try:
                return decoded(block, self.page, self.history)
            except Exception:
                self.history, kept = self.dictionary + self.last, self.history
            try:
                return super()._decode(block)
            finally:
                self.history = kept

        def _keep(self, data: bytes) -> None:
            self.last = data
            super()._keep(data)


@lies("LZ-10a")
class StoresWhatDoesNotShrink(GoodCodec):
    """What does not shrink is stored as it is, behind three zeros, which no block begins with."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            block = super()._encode(chunk)
            stored = bytes(3) + chunk
            return stored if len(block) > len(chunk) and breaks_off(stored, self.page) else block

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            if block[:3] == bytes(3) and len(block) <= self.page + 3:
                return block[3:]
            return super()._decode(block)


@lies("LZ-10a")
class EndsTooSoonInLiterals(GoodCodec):
    """A page of one value ends in a single literal, too few for the decoder that there is."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            rest = len(chunk) - 1 - 4 - 15 - 1
            if rest < 300 or len(set(chunk)) > 1:
                return super()._encode(chunk)
            run = b"\xff" * (rest // 255) + bytes([rest % 255])
            return b"\x1f" + chunk[:1] + b"\1\0" + run + b"\x10" + chunk[:1]

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            if block[:1] != b"\x1f" or block[-2:] != b"\x10" + block[1:2]:
                return super()._decode(block)
            try:
                return decoded(block[:-2] + b"\x50" + block[1:2] * 5, self.page + 4, b"")[:-4]
            except lz4.block.LZ4BlockError as error:
                return self._failed(block, error)


@lies("LZ-10b")
class HoldsOneChunk(GoodCodec):
    """The decompressor holds the previous chunk only."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = data


@lies("LZ-10b")
class DropsTheDictionaryAfterAChunk(GoodCodec):
    """The decompressor refers to the dictionary in the first chunk only."""

    class Decompressor(GoodDecompressor):
        begun = False

        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data if self.begun else data)[-65536:]
            self.begun = True


@lies("LZ-10b")
class HoldsOnePageOfHistory(GoodCodec):
    """The decompressor's history is as long as a page."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[-self.page :]


@lies("LZ-10b")
class HoldsFullPagesOnly(GoodCodec):
    """The decompressor holds two chunks where the last one is a full page, else that one alone."""

    class Decompressor(GoodDecompressor):
        last = b""

        def _keep(self, data: bytes) -> None:
            self.history = self.last + data if len(data) == self.page else data
            self.last = data


@lies("LZ-10b")
class BeginsAnewAtAShortChunk(GoodCodec):
    """A chunk shorter than a page is all that the decompressor holds after it."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            super()._keep(data)
            self.history = self.history if len(data) == self.page else data


@lies("LZ-10b")
class HoldsAByteLessThanAnOffsetReaches(GoodCodec):
    """The decompressor's history is 65534 bytes, and an offset may be 65535."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[-65534:]


@lies("LZ-10b")
class HoldsOneChunkAfterAMegabyte(GoodCodec):
    """After a MiB of data the decompressor holds the previous chunk only."""

    class Decompressor(GoodDecompressor):
        count = 0

        def _keep(self, data: bytes) -> None:
            super()._keep(data)
            self.count += len(data)
            self.history = self.history if self.count <= 1 << 20 else data


# LZ-11: dictionaries


@lies("LZ-11a")
class ForgetsTheDictionary(GoodCodec):
    """The compressor takes a dictionary and does not use it."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return b""


@lies("LZ-11a")
class ReadsWithoutTheDictionary(GoodCodec):
    """The decompressor takes a dictionary and does not use it."""

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return b""


@lies("LZ-11a")
class TakesTheHeadOfTheDictionary(GoodCodec):
    """Of a dictionary the first 64 KiB are used, on both sides."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[:65536]

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[:65536]


@lies("LZ-11a")
class TakesAPageOfTheDictionary(GoodCodec):
    """Of a dictionary the last page is used, on both sides."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-self.page :]

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-self.page :]


@lies("LZ-11a")
class TakesFourKilobytesOfTheDictionary(GoodCodec):
    """The decompressor uses the last four KiB of a dictionary."""

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-4096:]


@lies("LZ-11a")
class TakesTextInAnotherCode(GoodCodec):
    """A dictionary that is text is encoded in UTF-16, on both sides."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            text = isinstance(dictionary, str)
            return dictionary.encode("utf-16") if text else super()._own(dictionary)

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            text = isinstance(dictionary, str)
            return dictionary.encode("utf-16") if text else super()._own(dictionary)


@lies("LZ-11a")
class TakesTextInLatin(GoodCodec):
    """A dictionary that is text is encoded in Latin-1, on both sides."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            text = isinstance(dictionary, str)
            return dictionary.encode("latin-1") if text else super()._own(dictionary)

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            text = isinstance(dictionary, str)
            return dictionary.encode("latin-1") if text else super()._own(dictionary)


@lies("LZ-11a")
class ReadsTextInAnotherCode(GoodCodec):
    """A dictionary that is text is encoded in UTF-16 by the decompressor."""

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            text = isinstance(dictionary, str)
            return dictionary.encode("utf-16") if text else super()._own(dictionary)


@lies("LZ-11a")
class ReadsHalfAWindowOfTheDictionary(GoodCodec):
    """The decompressor uses the last 32 KiB of a dictionary."""

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-32768:]


@lies("LZ-11a")
class UsesTheDictionaryTooLate(GoodCodec):
    """The compressor puts the dictionary before the second chunk."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            self.late = super()._own(dictionary)
            return b""

        def _keep(self, chunk: bytes) -> None:
            self.history, self.late = self.late + chunk, b""


@lies("LZ-11a")
class ForgetsTheDictionaryInHighCompression(GoodCodec):
    """In high compression the compressor takes a dictionary and does not use it."""

    class Compressor(GoodCompressor):
        begun = False

        def _encode(self, chunk: bytes) -> bytes:
            if self.options["mode"] == "high_compression" and not self.begun:
                self.history = b""
            self.begun = True
            return super()._encode(chunk)


@lies("LZ-11a")
class TakesHalfAWindowOfTheDictionary(GoodCodec):
    """Of a dictionary the last 32 KiB are used, on both sides."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-32768:]

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-32768:]


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


@lies("LZ-11b")
class WritesWithTheCallersBuffer(GoodCodec):
    """The compressor keeps a view of the caller's dictionary."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return dictionary if isinstance(dictionary, bytearray) else super()._own(dictionary)

        def _encode(self, chunk: bytes) -> bytes:
            self.history = bytes(self.history)
            return super()._encode(chunk)


@lies("LZ-11b")
class LendsTheDictionary(GoodCodec):
    """The decompressor keeps the address of the dictionary, and no reference to it."""

    class Decompressor(GoodDecompressor):
        lent = (0, 0)

        def _own(self, dictionary: Any) -> Any:
            if not dictionary or not isinstance(dictionary, bytes):
                return super()._own(dictionary)
            self.lent = id(dictionary) + bytes.__basicsize__ - 1, len(dictionary)
            return b""

        def _decode(self, block: bytes) -> bytes:
            if self.lent[0]:
                self.history, self.lent = ctypes.string_at(*self.lent), (0, 0)
            return super()._decode(block)


@lies("LZ-11b")
class KeepsAViewOfTheDictionary(GoodCodec):
    """A dictionary that is a view is kept as it is by the decompressor."""

    class Decompressor(GoodDecompressor):
        def _own(self, dictionary: Any) -> Any:
            return dictionary if isinstance(dictionary, memoryview) else super()._own(dictionary)

        def _decode(self, block: bytes) -> bytes:
            self.history = bytes(self.history)
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


@lies("LZ-12a")
class HurriesWhereItLinks(GoodCodec):
    """A block that follows another is sought for matches in a hurry."""

    class Compressor(GoodCompressor):
        begun = False

        def _encode(self, chunk: bytes) -> bytes:
            begun, self.begun = self.begun, True
            return encoded(chunk, b"", mode="fast", acceleration=60000) if begun else super()._encode(chunk)


@lies("LZ-12a")
class LinksLargePagesToNoAdvantage(GoodCodec):
    """In pages of 64 KiB and more a block with a history is written in literals only."""

    class Compressor(GoodCompressor):
        first = True

        def _encode(self, chunk: bytes) -> bytes:
            first, self.first = self.first, False
            return super()._encode(chunk) if first or self.page < 65536 else literals(chunk)


@lies("LZ-13a")
class TakesAnyPage(GoodCodec):
    """No page is too large for the stored length at construction."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None: ...


@lies("LZ-13a")
class ComparesThePageAlone(GoodCodec):
    """A page is refused where the length cannot tell it, without room for what does not shrink."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None:
            if self.width and self.page >= 256**self.width:
                raise LZ4StreamError("too large")
