"""LZ-8: decompressors that lie about damage."""

from typing import Any

import lz4.block

from streamtck.lz4_block import breaks_off
from streamtck.lz4_model import DoubleBufferModel
from streamtck.reference_impl.lz4_stream import LZ4StreamError
from tests.faulty import lies
from tests.faulty.codecs import (
    GoodCodec,
    GoodDecompressor,
    decoded,
    decoded_in_python,
)


@lies("LZ-8a")
class LetsTheLibrarysErrorThrough(GoodCodec):
    """What decompress() raises is the error of the library below."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            raise error


@lies("LZ-8a")
class GivesNothingForDamage(GoodCodec):
    """decompress() gives no bytes for a damaged block."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            return b""


@lies("LZ-8a")
class GivesABlankPageForDamage(GoodCodec):
    """decompress() gives a page of zeros for a damaged block."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            return bytes(self.page)


@lies("LZ-8a")
class GivesMoreThanAPage(GoodCodec):
    """The decoder is told of room for ten pages."""

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            self.page, page = 10 * self.page + 400, self.page
            try:
                return super()._decode(block)
            finally:
                self.page = page


@lies("LZ-8a")
class TakesNothingForAChunk(GoodCodec):
    """decompress() takes no bytes at all for an empty chunk."""

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            return super()._decode(block) if block else b""


@lies("LZ-8a")
class CallsDamageARuntimeError(GoodCodec):
    """What decompress() raises for a damaged block is a RuntimeError."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            raise RuntimeError("damaged") from None


@lies("LZ-8a")
class CallsTooMuchAnOverflow(GoodCodec):
    """A block that comes to more than a page raises OverflowError."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            try:
                decoded(block, 70 * self.page, self.history)
            except Exception:
                return super()._failed(block, error)
            raise OverflowError("more than a page")


@lies("LZ-8a")
class CutsAtThePage(GoodCodec):
    """A block that comes to more than a page gives the first page of it."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            try:
                return decoded(block, 70 * self.page, self.history)[: self.page]
            except Exception:
                return super()._failed(block, error)


@lies("LZ-8a")
class GivesWhatItCouldDecode(GoodCodec):
    """A block that breaks off gives the data before that."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            for end in range(len(block), 0, -1):
                try:
                    return decoded(block[:end] + b"", self.page, self.history)
                except lz4.block.LZ4BlockError:
                    continue
            return super()._failed(block, error)


@lies("LZ-8a")
class IsWrittenInPython(GoodCodec):
    """The decoder has no library below, and lets its IndexError through."""

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            try:
                return decoded_in_python(block, self.history, self.page)
            except ValueError as error:
                return self._failed(block, error)


@lies("LZ-8a")
class TripsOverABlockThatBreaksOff(GoodCodec):
    """A block that breaks off within a sequence raises IndexError, as a decoder in plain Python does."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            if "breaks off" in breaks_off(block, self.page):
                raise IndexError("index out of range")
            return super()._failed(block, error)


@lies("LZ-8b")
class RemembersADamagedBlock(GoodCodec):
    """What a damaged block left in the page belongs to the history."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            self._keep(bytes(self.page))
            return super()._failed(block, error)


@lies("LZ-8b")
class LeavesADamagedBlockInThePage(GoodCodec):
    """A decoder over two pages, as python-lz4's: what failed was written over what is still referred to."""

    class Decompressor(GoodDecompressor):
        model: Any = None

        def _decode(self, block: bytes) -> bytes:
            self.model = self.model or DoubleBufferModel(self.page, self.history[-65536:])
            try:
                return self.model.decompress(block)  # type: ignore[no-any-return]
            except (ValueError, IndexError) as error:
                return self._failed(block, error)


@lies("LZ-8b")
class ForgetsAllAtAnError(GoodCodec):
    """After an error the history is empty."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            self.history = b""
            return super()._failed(block, error)


@lies("LZ-8b")
class DropsAChunkAtAnError(GoodCodec):
    """After an error the last chunk of the history is gone, as if the pages had turned."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            self.history = self.history[: -self.page]
            return super()._failed(block, error)


@lies("LZ-8b")
class DecodesNoMoreAfterAnError(GoodCodec):
    """After an error decompress() raises for every block."""

    class Decompressor(GoodDecompressor):
        broken: Any = None

        def _decode(self, block: bytes) -> bytes:
            if self.broken:
                raise self.broken
            return super()._decode(block)

        def _failed(self, block: bytes, error: Exception) -> bytes:
            self.broken = LZ4StreamError("broken before")
            return super()._failed(block, error)


@lies("LZ-8b")
class RemembersWhatCameBeforeTheDamage(GoodCodec):
    """What of a damaged block could be decoded is in the history."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            self._keep(block[1:41])
            return super()._failed(block, error)


@lies("LZ-8b")
class ForgetsAllAtASecondError(GoodCodec):
    """After the second error the history is empty."""

    class Decompressor(GoodDecompressor):
        failures = 0

        def _failed(self, block: bytes, error: Exception) -> bytes:
            self.failures += 1
            self.history = self.history if self.failures < 2 else b""
            return super()._failed(block, error)


@lies("LZ-8b")
class FindsNoBlockAfterDamage(GoodCodec):
    """After an error of decompress() there is no more get_block()."""

    class Decompressor(GoodDecompressor):
        broken = False

        def get_block(self, stream: Any) -> Any:
            if self.broken:
                raise LZ4StreamError("broken before")
            return super().get_block(stream)

        def _failed(self, block: bytes, error: Exception) -> bytes:
            self.broken = True
            return super()._failed(block, error)


class _Waiting(GoodDecompressor):
    """Knows whether get_block() had less than a block."""

    waited = False

    def get_block(self, stream: Any) -> Any:
        try:
            return super().get_block(stream)
        except LZ4StreamError:
            self.waited = True
            raise


@lies("LZ-8b")
class ForgetsAllAtAnIncompleteBlock(GoodCodec):
    """Where get_block() has less than a block, the history is gone."""

    class Decompressor(_Waiting):
        def _decode(self, block: bytes) -> bytes:
            self.history, self.waited = b"" if self.waited else self.history, False
            return super()._decode(block)


@lies("LZ-8b")
class DecodesNothingAfterAnIncompleteBlock(GoodCodec):
    """Where get_block() had less than a block, decompress() refuses each further one."""

    class Decompressor(_Waiting):
        def _decode(self, block: bytes) -> bytes:
            if self.waited:
                raise LZ4StreamError("broken before")
            return super()._decode(block)


@lies("LZ-8b")
class FindsNothingAfterAnIncompleteBlock(GoodCodec):
    """Where get_block() had less than a block, it finds no more."""

    class Decompressor(_Waiting):
        def get_block(self, stream: Any) -> Any:
            if self.waited:
                raise LZ4StreamError("broken before")
            return super().get_block(stream)
