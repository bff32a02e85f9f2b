"""Our codec beside python-lz4's `lz4.stream`, call by call: the same result, or the same class of error."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from streamtck.reference_impl import lz4_stream as ours

theirs = pytest.importorskip("lz4.stream", reason="lz4.stream is not built; `nox -s interop` builds it")

NOISE = Random(2).randbytes(1024)
"""It cannot be compressed, so both make the same block of it."""
OTHER_NOISE = Random(3).randbytes(1024)
TEXT = b"one chunk, and then one chunk again, one chunk " * 12
DICTIONARY = b"a dictionary of one chunk, and then one chunk again"


def compressor(codec: Any, **settings: Any) -> Any:
    """A compressor with pages of 1024 bytes unless told otherwise."""
    return codec.LZ4StreamCompressor(**{"strategy": "double_buffer", "buffer_size": 1024, **settings})


def decompressor(codec: Any, **settings: Any) -> Any:
    """A decompressor with pages of 1024 bytes unless told otherwise."""
    return codec.LZ4StreamDecompressor(**{"strategy": "double_buffer", "buffer_size": 1024, **settings})


def made(make: Callable[..., Any], **settings: Any) -> Callable[[Any], str]:
    """Only whether one can be made with these settings."""
    return lambda codec: type(make(codec, **settings)).__name__


def turn(codec: Any, *, to: dict[str, Any], back: dict[str, Any] | None = None, **both: Any) -> list[Any]:
    """Some chunks of text, there and back, each decoded."""
    encoder, decoder = compressor(codec, **to, **both), decompressor(codec, **(back or {}), **both)
    width = both.get("store_comp_size", 4)
    blocks = [encoder.compress(chunk) for chunk in (TEXT, TEXT[7:], TEXT[:100])]
    return [decoder.decompress(bytes(block[width:])) for block in blocks]


def after_too_large(codec: Any) -> list[bytes]:
    """A chunk that is too large changes nothing."""
    encoder = compressor(codec)
    with pytest.raises(OverflowError):
        encoder.compress(bytes(1025))
    return [encoder.compress(NOISE), encoder.compress(OTHER_NOISE)]


def after_a_damaged_block(codec: Any) -> bytes:
    """A block that is refused changes nothing."""
    decoder = decompressor(codec)
    with pytest.raises(codec.LZ4StreamError):
        decoder.decompress(b"\x0f\x01\x00")
    return decoder.decompress(b"\x50hello")


def in_a_with_block(codec: Any, make: Callable[[Any], Any]) -> list[bool]:
    """What a with statement binds, and whether an exception leaves it."""
    made = make(codec)
    with pytest.raises(KeyError), made as bound:
        raise KeyError
    return [bound is made]


def used_after_with(codec: Any) -> bytes:
    """An object goes on after its with statement."""
    with compressor(codec) as encoder:
        encoder.compress(b"a")
    return encoder.compress(b"b")


def dictionary_changed(codec: Any) -> bool:
    """A block is decoded right whose dictionary, a bytearray, has changed since the decoder was made."""
    block = compressor(ours, dictionary=DICTIONARY).compress(DICTIONARY)[4:]
    changing = bytearray(DICTIONARY)
    decoder = decompressor(codec, dictionary=changing)
    changing[:] = bytes(len(changing))
    return decoder.decompress(block) == DICTIONARY


def empty_chunk(codec: Any) -> bool:
    """A chunk that resembles the one before an empty one is decoded right."""
    encoder, decoder = compressor(codec), decompressor(codec)
    changed = NOISE[:500] + bytes(8) + NOISE[500:1016]
    chunks = [NOISE, b"", changed]
    return [decoder.decompress(encoder.compress(chunk)[4:]) for chunk in chunks] == chunks


def positional(codec: Any) -> list[bytes]:
    """All arguments by position."""
    encoder = codec.LZ4StreamCompressor("double_buffer", 1024, "fast", 3, 9, True, 2, DICTIONARY)
    decoder = codec.LZ4StreamDecompressor("double_buffer", 1024, True, 2, DICTIONARY)
    return [decoder.decompress(decoder.get_block(encoder.compress(TEXT)))]


def shown(value: Any) -> str:
    """A value in the name of a row."""
    return f"memoryview of every {value.strides[0]}" if isinstance(value, memoryview) else f"{value!r:.40}"


def in_each(settings: list[dict[str, Any]]) -> dict[str, Callable[[Any], Any]]:
    """Rows that make a compressor, and a decompressor, with each of some settings."""
    return {
        f"{kind}({', '.join(f'{key}={shown(value)}' for key, value in row.items())})": made(make, **row)
        for row in settings
        for kind, make in (("compressor", compressor), ("decompressor", decompressor))
    }


BLOCK = b"\x50hello"
STREAM = b"\x06\0\0\0" + BLOCK

ROWS: dict[str, Callable[[Any], Any]] = {
    **in_each(
        [
            {"strategy": value}
            for value in ("double_buffer", "ring_buffer", "", "no", "no\0", b"double_buffer", None)
        ],
    ),
    **in_each([{"buffer_size": value} for value in (1, 64, True, 1 << 20, 1024.0, "1024", None)]),
    **in_each(
        [{"store_comp_size": value} for value in (0, 1, 2, 3, 4, 5, 8, -1, True, False, 4.0, "4", None)],
    ),
    **in_each([{"store_comp_size": 1, "buffer_size": page} for page in (1, 239)]),
    **in_each([{"store_comp_size": 2, "buffer_size": page} for page in (65264, 8192)]),
    **in_each([{"store_comp_size": 1, "buffer_size": 240}, {"store_comp_size": 2, "buffer_size": 65265}]),
    **in_each(
        [
            {"dictionary": value}
            for value in ("", None, "text", "Zürich", b"", b"ab", bytearray(9), memoryview(NOISE), NOISE * 70)
        ],
    ),
    **in_each([{"dictionary": value} for value in (5, 5.0, ["a"], memoryview(NOISE)[::2])]),
    **in_each([{"return_bytearray": value} for value in (True, 1, "yes", [], None)]),
    **in_each([{"no_such_argument": 1}]),
    "compressor(buffer_size=-1)": made(compressor, buffer_size=-1),
    "compressor(buffer_size=0x7E000001)": made(compressor, buffer_size=0x7E000001),
    **{
        f"compressor({key}={value!r})": made(compressor, **{key: value})
        for key, value in [
            *(
                ("mode", value)
                for value in ("default", "fast", "high_compression", "", "slow", "fast\0", b"fast", None)
            ),
            *(("acceleration", value) for value in (True, 0, -5, 65538, 1.5, "1", None)),
            *(("compression_level", value) for value in (0, 1, 2, 12, 13, 99, -1, 1.5, "9", None)),
        ]
    },
    **{
        f"there and back, {name}": lambda codec, to=to: turn(codec, to=to)
        for name, to in {
            "default": {},
            "fast": {"mode": "fast"},
            "acceleration 0": {"mode": "fast", "acceleration": 0},
            "acceleration 100000": {"mode": "fast", "acceleration": 100000},
            **{
                f"level {n}": {"mode": "high_compression", "compression_level": n}
                for n in (-1, 0, 1, 2, 3, 12, 99)
            },
        }.items()
    },
    **{
        f"there and back, prefix of {n}, as bytearray": lambda codec, n=n: turn(
            codec, to={"return_bytearray": True}, back={"return_bytearray": True}, store_comp_size=n
        )
        for n in (0, 2, 4)
    },
    **{
        f"there and back, dictionary {value!r:.20}": lambda codec, value=value: turn(
            codec, to={}, dictionary=value
        )
        for value in (None, "Zürich and one chunk", b"one", DICTIONARY, NOISE * 70)
    },
    "all by position": positional,
    **{
        f"compress({name})": lambda codec, value=value: compressor(codec).compress(value)
        for name, value in {
            "noise": NOISE,
            "bytearray": bytearray(NOISE),
            "memoryview": memoryview(NOISE),
            "array": array("H", NOISE),
            "empty": b"",
            "one byte": b"a",
            "a byte too many": bytes(1025),
            "every second byte": memoryview(NOISE)[::2],
            "a text": "text",
            "None": None,
            "a number": 5,
        }.items()
    },
    **{
        f"compress(noise), prefix of {n}": lambda codec, n=n: compressor(codec, store_comp_size=n).compress(
            NOISE
        )
        for n in (0, 2, 4)
    },
    "compress(), nothing given": lambda codec: compressor(codec).compress(),
    "compress(chunk=noise)": lambda codec: compressor(codec).compress(chunk=NOISE),
    "compress(noise) as bytearray": lambda codec: compressor(codec, return_bytearray=True).compress(NOISE),
    "compress after a chunk that is too large": after_too_large,
    "compress after with": used_after_with,
    "with, compressor": lambda codec: in_a_with_block(codec, compressor),
    "with, decompressor": lambda codec: in_a_with_block(codec, decompressor),
    **{
        f"get_block({name})": lambda codec, value=value: decompressor(codec).get_block(value)
        for name, value in {
            "a block": STREAM,
            "a block and more": STREAM + b"more",
            "bytearray": bytearray(STREAM),
            "memoryview": memoryview(STREAM),
            "empty": b"",
            "three bytes": b"\1\0\0",
            "a prefix alone": b"\1\0\0\0",
            "a byte too few": STREAM[:-1],
            "size 0": bytes(4),
            "size 0xffffffff": b"\xff" * 40,
            "size 0x80000000": b"\0\0\0\x80" + BLOCK,
            "larger than a page": b"\0\x20\0\0" + bytes(0x2000),
            "a text": "text",
            "None": None,
            "every second byte": memoryview(STREAM * 2)[::2],
        }.items()
    },
    **{
        f"get_block, prefix of {n}": lambda codec, n=n: decompressor(codec, store_comp_size=n).get_block(
            (6).to_bytes(n, "little") + BLOCK
        )
        for n in (0, 1, 2)
    },
    "get_block as bytearray": lambda codec: decompressor(codec, return_bytearray=True).get_block(STREAM),
    "get_block(stream=a block)": lambda codec: decompressor(codec).get_block(stream=STREAM),
    **{
        f"decompress({name})": lambda codec, value=value: decompressor(codec).decompress(value)
        for name, value in {
            "a block": BLOCK,
            "bytearray": bytearray(BLOCK),
            "memoryview": memoryview(BLOCK),
            "nothing": b"",
            "an empty chunk": b"\0",
            "an empty chunk and more": b"\0\0",
            "with its prefix": STREAM,
            "cut": BLOCK[:-1],
            "a page": compressor(ours).compress(NOISE)[4:],
            "too long for a page": bytes(1045),
            "much too long": bytes(100000),
            "before the start": b"\x10a\x05\x00\x50hello",
            "none back": b"\x10a\x00\x00\x50hello",
            "a text": "text",
            "None": None,
            "every second byte": memoryview(BLOCK * 2)[::2],
        }.items()
    },
    **{
        f"decompress({n} bytes), prefix of 1": lambda codec, n=n: decompressor(
            codec, store_comp_size=1, buffer_size=200
        ).decompress(bytes(n))
        for n in (255, 256)
    },
    "decompress(65536 bytes), prefix of 2": lambda codec: decompressor(codec, store_comp_size=2).decompress(
        bytes(65536)
    ),
    "decompress(chunk=a block)": lambda codec: decompressor(codec).decompress(chunk=BLOCK),
    "decompress as bytearray": lambda codec: decompressor(codec, return_bytearray=True).decompress(BLOCK),
    "decompress, page of 1": lambda codec: decompressor(codec, buffer_size=1).decompress(b"\x10a"),
    "decompress more than a page": lambda codec: decompressor(codec, buffer_size=4).decompress(BLOCK),
    "decompress after a damaged block": after_a_damaged_block,
    "LZ4_MAX_INPUT_SIZE": lambda codec: codec.LZ4_MAX_INPUT_SIZE,
    "LZ4StreamError's base": lambda codec: codec.LZ4StreamError.__bases__[0].__name__,
}

BETTER: dict[str, tuple[str, Callable[[Any], Any], Any, Any]] = {
    "a page of 0": ("no chunk fits it", made(compressor, buffer_size=0), "LZ4StreamCompressor", ValueError),
    "a page of 0 to read": (
        "no block fits it",
        made(decompressor, buffer_size=0),
        "LZ4StreamDecompressor",
        ValueError,
    ),
    "a page of 2**32 + 1024": (
        "integers are checked, not wrapped",
        made(compressor, buffer_size=2**32 + 1024),
        "LZ4StreamCompressor",
        ValueError,
    ),
    "a page of 2**32 + 1024 to read": (
        "integers are checked, not wrapped",
        made(decompressor, buffer_size=2**32 + 1024),
        "LZ4StreamDecompressor",
        ValueError,
    ),
    "a prefix of 2**32 bytes": (
        "integers are checked, not wrapped",
        made(compressor, store_comp_size=2**32),
        "LZ4StreamCompressor",
        ValueError,
    ),
    "a dictionary that changes": ("the dictionary is copied", dictionary_changed, False, True),
    "an empty chunk": ("nothing refers to what comes before an empty chunk", empty_chunk, False, True),
}


def outcome(codec: Any, call: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The type and value of a result, or an error's class."""
    try:
        result = call(codec)
    except codec.LZ4StreamError:
        return ("raises", "LZ4StreamError")
    except Exception as error:
        return ("raises", type(error).__name__)
    return ("gives", type(result).__name__, result)


def wanted(result: Any) -> tuple[Any, ...]:
    """A result or error of the table, as `outcome` gives it."""
    if isinstance(result, type):
        return ("raises", result.__name__)
    return ("gives", type(result).__name__, result)


@pytest.mark.parametrize("row", ROWS)
def test_ours_does_as_lz4_stream_does(row: str) -> None:
    """The result, and its type, or the class of the error is the same."""
    assert outcome(ours, ROWS[row]) == outcome(theirs, ROWS[row])


@pytest.mark.parametrize("row", BETTER)
def test_ours_does_better_where_it_says_so(row: str) -> None:
    """Where the two differ, each does what the table says."""
    reason, call, there, here = BETTER[row]
    assert outcome(theirs, call) == wanted(there)
    assert outcome(ours, call) == wanted(here), reason
