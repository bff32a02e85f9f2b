"""What liblz4's streaming decoder makes of a block, over two pages that it writes in turn.

python-lz4's `lz4.stream` has no history but what its two pages still hold. This follows liblz4 1.9, with what
it writes past the end of a run, on 64-bit x86 and, built by GCC or for Apple, 64-bit Arm.
"""


def _up(count: int, step: int) -> int:
    return max(step, -(-count // step) * step)


def _length(block: bytes, at: int, nibble: int, limit: int) -> tuple[int, int]:
    """A length that starts with `nibble`, and where it ends, which is not after `limit`."""
    length, last = nibble, 255 if nibble == 15 else 0
    while last == 255:
        last, at = block[at], at + 1
        length += last
        if at > limit:
            raise ValueError("a length ends too near the end of the block")
    return length, at


class DoubleBufferModel:
    """A decoder over pages of `page` bytes: LZ4_decompress_safe_continue as `lz4.stream` uses it."""

    def __init__(self, page: int, dictionary: bytes = b"") -> None:
        if page < 1:
            raise ValueError(f"page is {page}, expected at least 1")
        # The pages are at 0 and at `page`; the dictionary is next to neither.
        self._memory = bytearray(2 * page + 1) + dictionary
        self._page, self._target = page, 0
        self._end, self._size = len(self._memory), len(dictionary)
        self._other_end = self._other_size = 0

    def decompress(self, block: bytes) -> bytes:
        """The plain data of one block, given without its prefix; ValueError where `lz4.stream` refuses it."""
        if not block or 255 * max(len(block) - 16, 0) >> 8 >= self._page:
            raise ValueError(f"a block of {len(block)} bytes, expected one of a page of {self._page}")
        target = self._target
        self._end = self._end if self._size else target
        if self._end != target:
            self._other_end, self._other_size = self._end, self._size
        kept = self._size if self._end == target else 0
        size = self._decode(block, target, target - kept)
        if size:  # an empty chunk leaves the history as it was
            self._end, self._size = target + size, kept + size
        self._target = self._page - target
        return bytes(self._memory[target : target + size])

    def _decode(self, block: bytes, target: int, low: int) -> int:
        """Decode to `target`, where the history from `low` ends; the size of the data."""
        out, end, at, size, fast = target, target + self._page, 0, len(block), self._page >= 64
        while True:
            token, at = block[at], at + 1
            if token >= 240 and at >= size - 15:
                raise ValueError("a length starts too near the end of the block")
            literals, at = _length(block, at, token >> 4, size - 15)
            if literals < 15:
                quick, written = at <= size - 17 and (fast or out <= end - 32), 16
            else:
                quick, written = fast and max(out - end, at - size) + literals <= -32, _up(literals, 32)
            brief, fast = quick and not fast, quick and fast
            if not quick:
                if out + literals > end - 12 or at + literals > size - 8:
                    if at + literals != size or out + literals > end:
                        raise ValueError("the last literals do not end with the block, or after the page")
                    self._memory[out : out + literals] = block[at:]
                    return out + literals - target
                written = _up(literals, 8)
            self._memory[out : out + written] = block[at : at + written]
            out, at = out + literals, at + literals + 2
            offset = int.from_bytes(block[at - 2 : at], "little")
            length, at = _length(block, at, token & 15, size - 4)
            fast = fast and out + length + 4 < end - 64
            brief = (brief or fast) and length < 15 and offset >= 8
            out = self._repeat(out, offset, length + 4, low, end, fast, brief)

    def _repeat(self, out: int, offset: int, length: int, low: int, end: int, fast: bool, few: bool) -> int:
        """Write `length` bytes again from `offset` back, and more as liblz4 does; where they end."""
        memory, stop, outside = self._memory, out + length, low - out + offset
        late = stop > end - 5
        if outside > self._other_size or (outside > 0 and late):
            raise ValueError("an offset is outside the history, or what it repeats too near the page's end")
        if outside > 0:
            start, taken = self._other_end - outside, min(outside, length)
            memory[out : out + taken] = memory[start : start + taken]
            out, offset, written = out + taken, out + taken - low, length - taken
        elif few:
            written = 18
        elif fast:
            written = max(_up(length, 32 if offset > 15 else 8), 8 if offset in (1, 2, 4) else 16)
        elif stop <= end - 12:
            written = max(16, _up(length, 8))
        else:
            written = 8 if late else max(length, 8 + _up(end - 15 - out, 8) if out + 15 < end else 8)
        source = memory[out - offset : min(out, out - offset + written)] or b"\0"  # none back: zeros
        memory[out : out + written] = (source * (written // len(source) + 1))[:written]
        if late and not few:
            raise ValueError("what a block repeats ends too near the page's end")
        return stop

    def held(self, size: int) -> bytes:
        """What the next block may surely refer to, oldest first, where it holds `size` bytes.

        What these overwrite does not count, although it is there until they do, nor what is before that.
        """
        first, last = self._target, self._target + size
        spans = [(self._end - self._size, self._end)] if self._size else []
        if self._end == self._target:
            spans.insert(0, (self._other_end - self._other_size, self._other_end))
        kept = [(last if start < last and first < stop else start, stop) for start, stop in spans]
        return b"".join(bytes(self._memory[start:stop]) for start, stop in kept)
