"""What checks ask of answers; each gives a Violation or None."""

from dataclasses import replace

from streamtck import content as coding
from streamtck.outcomes import Outcome, Read, as_bytes, as_count
from streamtck.stream import Stream
from streamtck.violation import Violation


def next_bytes(stream: Stream, read: Read, offset: int, most: int) -> Violation | None:
    """`read` must give 1 to `most` bytes, those at `offset`, which lies before the end."""
    left = min(most, len(stream.content) - offset)
    wanted = f"{coding.span(offset, 1)}, {coding.shown(stream.content[offset : offset + 1])}"
    if left > 1:
        wanted = f"1 to {left} bytes from offset {offset} on"
    if read.data is None:
        got = f"reported the end ({read.outcome.said})" if read.at_end else read.got
        return stream.blame(read.outcome, got, wanted, same(stream, read, offset, left))
    if not read.data:
        return stream.blame(
            read.outcome, f"{read.outcome.said}, no bytes", wanted, same(stream, read, offset, left)
        )
    if read.data == stream.content[offset : offset + len(read.data)]:
        return None
    why = coding.difference(stream.content, offset, read.data)
    got = (
        f"{read.outcome.said} with {coding.shown(read.data)} ({why})"
        if read.window
        else f"{read.got} ({why})"
    )
    return stream.blame(read.outcome, got, wanted, same(stream, read, offset, left))


def same(stream: Stream, read: Read, offset: int, most: int) -> str:
    """The expression over `got` that holds where a read gives 1 to `most` bytes of those at `offset`."""
    if read.window is not None and as_count(read.outcome.value) is None:
        return "isinstance(got, int)"
    if read.window is not None:
        window = f"bytes(buffer)[{read.start}:{read.start} + got]"
        return f"1 <= got <= {most} and {window} == content[{offset}:{offset} + got]"
    if stream.surface.byte_is_int and stream.by_the_byte(read):
        return f"got == content[{offset}]"
    if as_bytes(read.outcome.value) is None:
        return "isinstance(got, bytes)"
    if most <= 1:
        return f"got == content[{offset}:{offset + 1}]"
    return f"1 <= len(got) <= {most} and got == content[{offset}:{offset} + len(got)]"


def all_bytes(stream: Stream, read: Read, offset: int, count: int, what: str = "") -> Violation | None:
    """`read` must give exactly the `count` bytes at `offset`; `what` says in words what they are."""
    want = stream.content[offset : offset + count]
    if (read.data or b"") == want and not read.fault:
        return None
    got = read.got
    if read.data is not None and len(read.data) < count and want.startswith(read.data):
        got = f"{got}, {count - len(read.data)} bytes too few"
    elif read.data is not None:
        got = f"{got} ({coding.difference(stream.content, offset, read.data)})"
    elif read.at_end:
        got = f"reported the end ({read.outcome.said})"
    wanted = what or (f"the {count} bytes from offset {offset} on" if count else "no bytes")
    return stream.blame(read.outcome, got, wanted, f"got == content[{offset}:{offset + count}]")


def a_line(offset: int, line: bytes) -> str:
    """A line of the content, in words."""
    if line.endswith(b"\n"):
        return f"the line from offset {offset} on, {len(line)} bytes with its newline"
    return f"the last line from offset {offset} on, {len(line)} bytes without a newline"


def the_end(stream: Stream, read: Read) -> Violation | None:
    """`read` must report the end."""
    if read.at_end:
        return None
    end: object = stream.surface.count_end
    if read.window is None:
        end = stream.surface.byte_end if stream.by_the_byte(read) else b""
    got = read.got
    if read.data and read.window is None:
        told = coding.origin(stream.content, stream.offset, read.data)
        got = f"{got} ({told})" if told else got
    return stream.blame(read.outcome, got, f"the end, {end!r}", f"got == {end!r}")


def an_error(
    stream: Stream, outcome: Outcome, kinds: tuple[type[BaseException], ...] = ()
) -> Violation | None:
    """`outcome` must be an error, of one of `kinds` where given; "not offered" does not count."""
    names = " or ".join(kind.__name__ for kind in kinds)
    wanted = f"{names} raised" if names else "an exception"
    if not outcome.refused:
        return stream.blame_silence(outcome, wanted)
    if kinds and not isinstance(outcome.error, kinds):
        return stream.blame(outcome, outcome.said, wanted, "False")
    return None


def no_error(stream: Stream, outcome: Outcome, wanted: str = "no exception") -> Violation | None:
    """`outcome` must be an answer."""
    return None if outcome.returned else stream.blame(outcome, outcome.said, wanted, "True")


def the_count(stream: Stream, outcome: Outcome, wanted: int, why: str = "") -> Violation | None:
    """`outcome` must be the integer `wanted`."""
    if outcome.returned and as_count(outcome.value) == wanted:
        return None
    return stream.blame(outcome, outcome.said, f"{wanted}{why}", f"got == {wanted}")


def the_position(stream: Stream, wanted: int, why: str = "") -> Violation | None:
    """Where the stream tells its position, it must be `wanted`."""
    if "position" not in stream.native:
        return None
    return the_count(stream, stream.position(), wanted, why)


def goes_on(stream: Stream, offset: int, most: int = 16, form: str = "") -> Violation | None:
    """What is read next must be the bytes at `offset`, or the end where there are none.

    Reading is only the means here: where it is at fault by itself, that is blamed first.
    """
    form = form or stream.bulk_form
    if form not in stream.native:
        return None
    read = stream.read(form, most)
    if offset < len(stream.content):
        violation = next_bytes(stream, read, offset, read.asked)
    else:
        violation = the_end(stream, read)
    return violation and replace(violation, on_the_way=True)
