"""Codecs that are odd and legal: the kit must blame none of them. `odd.py` has the other streams."""

import random
from typing import Any

import lz4.block

from streamtck.reference_impl.lz4_stream import LZ4StreamError
from tests.faulty.codecs import (
    GoodCodec,
    GoodCompressor,
    GoodDecompressor,
    GoodSide,
    decoded,
    decoded_in_python,
    encoded,
    literals,
)
from tests.faulty.odd import legal
from tests.faulty.odd_positioned import ODD

__all__ = ["ODD"]


@legal
class GivesViewsOfTheStream(GoodCodec):
    """get_block() gives a view of what it is given."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            size = len(super().get_block(stream))
            return memoryview(stream)[self.width : self.width + size]


@legal
class GivesBytearrays(GoodCodec):
    """All that is given is a bytearray."""

    class Compressor(GoodCompressor):
        def _given_out(self, data: bytes) -> Any:
            return bytearray(data)

    class Decompressor(GoodDecompressor):
        def _given_out(self, data: bytes) -> Any:
            return bytearray(data)


@legal
class GivesViewsOfItsOwn(GoodCodec):
    """All that is given is a view of memory that is not used again."""

    class Compressor(GoodCompressor):
        def _given_out(self, data: bytes) -> Any:
            return memoryview(data)

    class Decompressor(GoodDecompressor):
        def _given_out(self, data: bytes) -> Any:
            return memoryview(data)


@legal
class TakesOptionsByName(GoodCodec):
    """Options are taken by their names only."""

    class Compressor(GoodCompressor):
        def __init__(self, strategy: Any, buffer_size: Any, /, *, store_comp_size: Any = 4) -> None:
            super().__init__(strategy, buffer_size, store_comp_size=store_comp_size)

    class Decompressor(GoodDecompressor):
        def __init__(self, strategy: Any, buffer_size: Any, /, *, store_comp_size: Any = 4) -> None:
            super().__init__(strategy, buffer_size, store_comp_size=store_comp_size)


class _DamagedError(ValueError):
    """What stands for LZ4StreamError."""


@legal
class NamesItsErrorOtherwise(GoodCodec):
    """What stands for LZ4StreamError has another name, which the adapter tells."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            try:
                return super().get_block(stream)
            except Exception as error:
                raise _DamagedError(str(error)) from None

        def _failed(self, block: bytes, error: Exception) -> bytes:
            raise _DamagedError(str(error)) from None

    def __init__(self) -> None:
        super().__init__()
        self.errors = (_DamagedError,)


@legal
class HasAFinerStreamError(GoodCodec):
    """What is raised is a class derived from LZ4StreamError."""

    class Decompressor(GoodDecompressor):
        def _failed(self, block: bytes, error: Exception) -> bytes:
            try:
                return super()._failed(block, error)
            except Exception as error:
                raise type("DamagedBlockError", (type(error),), {})(block) from None


@legal
class HasNoDictionaries(GoodCodec):
    """No dictionary is taken; to give one raises."""

    def _own(self, dictionary: Any) -> Any:
        if dictionary:
            raise NotImplementedError("no dictionaries yet")
        return b""

    Compressor = type("Compressor", (GoodCompressor,), {"_own": _own})
    Decompressor = type("Decompressor", (GoodDecompressor,), {"_own": _own})


@legal
class TakesBytesOnly(GoodCodec):
    """Chunks, blocks and dictionaries are bytes; anything else raises TypeError."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            return super().compress(_only(chunk))

        def _own(self, dictionary: Any) -> Any:
            return _only(dictionary or b"")

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            return super().get_block(_only(stream))

        def decompress(self, chunk: Any) -> Any:
            return super().decompress(_only(chunk))

        def _own(self, dictionary: Any) -> Any:
            return _only(dictionary or b"")


def _only(data: Any) -> Any:
    if type(data) is not bytes:
        raise TypeError("bytes wanted")
    return data


@legal
class HasOneMode(GoodCodec):
    """Each mode but the default one is refused."""

    class Compressor(GoodCompressor):
        def __init__(self, *arguments: Any, mode: Any = "default", **options: Any) -> None:
            if mode != "default":
                raise ValueError(f"mode {mode!r}")
            super().__init__(*arguments, **options)


@legal
class NeverCompresses(GoodCodec):
    """Each block holds its chunk as literals; what a dictionary is for is left to others."""

    class Compressor(GoodCompressor):
        def __init__(self, *arguments: Any, store_comp_size: Any = 4) -> None:
            super().__init__(*arguments, store_comp_size=store_comp_size)

        def _encode(self, chunk: bytes) -> bytes:
            return literals(chunk)


@legal
class LinksNothing(GoodCodec):
    """Each block stands by itself, but the first one, which may refer to the dictionary."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            self.history = b""


@legal
class LinksFullChunksOnly(GoodCodec):
    """After a chunk shorter than a page the next block stands by itself."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            self.history = chunk if len(chunk) == self.page else b""


@legal
class GoesOnPastAnEmptyChunk(GoodCodec):
    """An empty chunk leaves the history as it was."""

    class Compressor(GoodCompressor):
        def _keep(self, chunk: bytes) -> None:
            self.history = chunk or self.history


@legal
class RefusesMore(GoodCodec):
    """The decompressor refuses blocks that liblz4 reads: those with an offset of 0, and too short ends."""

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            data = super()._decode(block)
            if encoded(data, b"")[:1] == b"" or len(block) > len(data) + 16 + len(data) // 255:
                return self._failed(block, ValueError("longer than any encoder writes it"))
            return data


@legal
class RefusesRings(GoodCodec):
    """The strategy that is not there raises ValueError, as any name does that is none."""


@legal
class CannotDoRings(GoodCodec):
    """The strategy that is not there raises NotImplementedError."""

    def _check_strategy(self, strategy: Any) -> None:
        if strategy == "ring_buffer":
            raise NotImplementedError(strategy)
        GoodSide._check_strategy(self, strategy)  # type: ignore[arg-type]

    Compressor = type("Compressor", (GoodCompressor,), {"_check_strategy": _check_strategy})
    Decompressor = type("Decompressor", (GoodDecompressor,), {"_check_strategy": _check_strategy})


@legal
class HasRings(GoodCodec):
    """There is another strategy as well."""

    def _check_strategy(self, strategy: Any) -> None:
        GoodSide._check_strategy(self, strategy.replace("ring", "double"))  # type: ignore[arg-type]

    Compressor = type("Compressor", (GoodCompressor,), {"_check_strategy": _check_strategy})
    Decompressor = type("Decompressor", (GoodDecompressor,), {"_check_strategy": _check_strategy})


@legal
class KeepsTheWholeHistory(GoodCodec):
    """The decompressor keeps all that there was."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history += data


@legal
class KeepsTheLeastHistory(GoodCodec):
    """The decompressor's history is one byte less than 64 KiB, as far as an offset reaches."""

    class Decompressor(GoodDecompressor):
        def _keep(self, data: bytes) -> None:
            self.history = (self.history + data)[-65535:]


@legal
class CompressesByChance(GoodCodec):
    """The acceleration is another one for each block."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return encoded(chunk, self.history, mode="fast", acceleration=random.SystemRandom().randint(1, 4))


@legal
class IgnoresItsOptions(GoodCodec):
    """Mode, acceleration and level are taken and have no effect."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return encoded(chunk, self.history)


@legal
class CompressesHard(GoodCodec):
    """Every mode is the highest compression."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return encoded(chunk, self.history, mode="high_compression", compression=12)


@legal
class RefusesAnyhow(GoodCodec):
    """Where any exception will do, it is an odd one; a page that is just too large is refused early, too."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None:
            if self.width and self.page + self.page // 200 + 32 >= 256**self.width:
                raise ArithmeticError("too large")

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            if not self.width:
                raise LookupError("no lengths")
            return super().get_block(stream)


@legal
class LeavesAsItLikes(GoodCodec):
    """__exit__() gives something false that is not None; what was left is not used any more."""

    class Compressor(GoodCompressor):
        def __exit__(self, *exception: Any) -> Any:
            self.page = -1
            return False

    class Decompressor(GoodDecompressor):
        def __exit__(self, *exception: Any) -> Any:
            self.page = -1
            return 0


@legal
class HasDefinedErrors(GoodCodec):
    """ValueError and OverflowError are classes of its own, derived from these and from LZ4StreamError."""

    class Compressor(GoodCompressor):
        def _check(self, chunk: bytes) -> None:
            if len(chunk) > self.page:
                raise type("ChunkTooLargeError", (OverflowError, ValueError), {})(len(chunk))

        def _check_width(self, width: Any) -> None:
            if width not in (0, 1, 2, 4):
                raise type("WidthError", (ValueError,), {})(width)


@legal
class DecodesInTwoSteps(GoodCodec):
    """The decompressor tries the previous chunk first and more where that does not do, as interop needs."""

    class Decompressor(GoodDecompressor):
        last = b""

        def _decode(self, block: bytes) -> bytes:
            try:
                return decoded(block, self.page, self.last[-65536:])
            except lz4.block.LZ4BlockError:
                return super()._decode(block)

        def _keep(self, data: bytes) -> None:
            super()._keep(data)
            self.last = data


@legal
class NamesItsArgumentsOtherwise(GoodCodec):
    """The methods have names of their own for what they are given, and take it by position only."""

    class Compressor(GoodCompressor):
        def compress(self, plain: Any, /) -> Any:
            return super().compress(plain)

    class Decompressor(GoodDecompressor):
        def get_block(self, data: Any, /) -> Any:
            return super().get_block(data)

        def decompress(self, compressed: Any, /) -> Any:
            return super().decompress(compressed)


@legal
class LooksIntoEachBlock(GoodCodec):
    """get_block() refuses blocks that cannot be read to their end, and what comes without one."""

    class Decompressor(GoodDecompressor):
        def get_block(self, stream: Any) -> Any:
            block = super().get_block(stream)
            return block or self._failed(block, ValueError("an empty block"))


@legal
class TakesPagesByTheKilobyte(GoodCodec):
    """Memory is set aside in whole KiB; the page is what was asked for."""

    class Compressor(GoodCompressor):
        def __init__(self, strategy: Any, buffer_size: Any, **options: Any) -> None:
            super().__init__(strategy, buffer_size, **options)
            self.memory = bytearray(-(-buffer_size // 1024) * 1024)

        def compress(self, chunk: Any) -> Any:
            self.memory[: len(chunk[: self.page])] = chunk[: self.page]
            return super().compress(chunk)


@legal
class ReadsEndsThatOthersRefuse(GoodCodec):
    """A decoder in plain Python, which takes blocks without the literals that should be at their end."""

    class Decompressor(GoodDecompressor):
        def _decode(self, block: bytes) -> bytes:
            try:
                return decoded_in_python(block, self.history, self.page) if block else super()._decode(block)
            except (IndexError, ValueError) as error:
                return self._failed(block, error)


@legal
class HasFewPageSizes(GoodCodec):
    """Pages of less than 1 KiB, and those that are not whole KiB, are refused, on both sides."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None:
            super()._check_page()
            _whole_kilobytes(self.page)

    class Decompressor(GoodDecompressor):
        def __init__(self, strategy: Any, buffer_size: Any, **options: Any) -> None:
            super().__init__(strategy, buffer_size, **options)
            _whole_kilobytes(buffer_size)


def _whole_kilobytes(page: int) -> None:
    if page < 1024 or page % 1024:
        raise ValueError(f"a page of {page} bytes")


@legal
class HasMoreToOffer(GoodCodec):
    """Both sides have further methods, and take further options."""

    class Compressor(GoodCompressor):
        def __init__(self, *arguments: Any, checksum: Any = None, **options: Any) -> None:
            super().__init__(*arguments, **options)

        def flush(self) -> bytes:
            return b""

    class Decompressor(GoodDecompressor):
        eof = False

        def reset(self) -> None:
            self.history = b""


@legal
class RefersToTheDictionaryOnceMore(GoodCodec):
    """The second chunk may refer to the end of the dictionary, where the first one was a whole page."""

    class Compressor(GoodCompressor):
        begun = False

        def _keep(self, chunk: bytes) -> None:
            once = not self.begun and len(chunk) == self.page
            self.begun, self.history = True, self.history[-64:] + chunk if once else chunk


@legal
class NeverCompressesWithADictionary(GoodCodec):
    """Each block holds its chunk as literals; a dictionary is taken, and used by the decompressor only."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return literals(chunk)


@legal
class UsesTheEndOfTheDictionary(GoodCodec):
    """The compressor refers to the last KiB of a dictionary only."""

    class Compressor(GoodCompressor):
        def _own(self, dictionary: Any) -> Any:
            return super()._own(dictionary)[-1024:]


@legal
class RefersToTheEndOfAChunk(GoodCodec):
    """The compressor refers to the last 4 KiB of the previous chunk only."""

    class Compressor(GoodCompressor):
        def _encode(self, chunk: bytes) -> bytes:
            return encoded(chunk, self.history[-4096:], **self.options)


@legal
class TakesSmallPagesForTwoBytes(GoodCodec):
    """Pages of 32 KiB and more are refused where the length has two bytes."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None:
            super()._check_page()
            if self.width == 2 and self.page > 32767:
                raise LZ4StreamError(f"a page of {self.page} bytes for a length of 2")


@legal
class HasOneWidth(GoodCodec):
    """There is no option for the width of the lengths, which is four bytes."""

    class Compressor(GoodCompressor):
        def __init__(self, strategy: Any, buffer_size: Any, dictionary: Any = b"") -> None:
            super().__init__(strategy, buffer_size, dictionary=dictionary)

    class Decompressor(GoodDecompressor):
        def __init__(self, strategy: Any, buffer_size: Any, dictionary: Any = b"") -> None:
            super().__init__(strategy, buffer_size, dictionary=dictionary)


def _power_of_two(page: int) -> None:
    if page & (page - 1):
        raise ValueError(f"a page of {page} bytes")


@legal
class TakesPowersOfTwo(GoodCodec):
    """Pages that are no powers of two are refused, on both sides."""

    class Compressor(GoodCompressor):
        def _check_page(self) -> None:
            super()._check_page()
            _power_of_two(self.page)

    class Decompressor(GoodDecompressor):
        def __init__(self, strategy: Any, buffer_size: Any, **options: Any) -> None:
            super().__init__(strategy, buffer_size, **options)
            _power_of_two(buffer_size)


@legal
class HoldsWhatItIsGiven(GoodCodec):
    """The compressor holds a view of each chunk until it is done with it."""

    class Compressor(GoodCompressor):
        def compress(self, chunk: Any) -> Any:
            with memoryview(chunk) as view:
                return super().compress(view)
