"""What can be said of an LZ4 block without decoding it."""


def breaks_off(block: bytes, page: int) -> str:
    """Why no decoder can read a block to its end into a page of `page` bytes, '' where one might.

    Offsets are not looked at, nor how near the end a match may stand.
    """
    at = made = 0
    while at < len(block):
        token, at = block[at], at + 1
        count, at = _length(block, at, token >> 4)
        at, made = at + count, made + count
        if at > len(block):
            return "it breaks off within literals"
        if made > page:
            return f"it comes to more than a page of {page} bytes"
        if at == len(block):
            return ""
        count, at = _length(block, at + 2, token & 15)
        made += count + 4
        if at > len(block):
            return "it breaks off within an offset or a length"
        if made > page:
            return f"it comes to more than a page of {page} bytes"
    return "" if block else "it has no bytes"


def reach(block: bytes) -> int:
    """How many bytes before its chunk a block refers to, as far as it can be read."""
    at = made = farthest = 0
    while at < len(block):
        token, at = block[at], at + 1
        count, at = _length(block, at, token >> 4)
        at, made = at + count, made + count
        if at + 2 > len(block):
            break
        farthest = max(farthest, int.from_bytes(block[at : at + 2], "little") - made)
        count, at = _length(block, at + 2, token & 15)
        made += count + 4
    return farthest


def _length(block: bytes, at: int, nibble: int) -> tuple[int, int]:
    """A length that begins with `nibble`, and where it ends: past the block where that breaks off before."""
    length = nibble
    while nibble == 15:
        value = block[at] if at < len(block) else 0
        length, at = length + value, at + 1
        if value < 255:
            break
    return length, at
