"""The recorded streams of LZ-10b are what `lz4.stream` writes."""

import pytest

from streamtck.lz4_recorded import recorded

theirs = pytest.importorskip("lz4.stream", reason="lz4.stream is not built; `nox -s interop` builds it")


@pytest.mark.parametrize("name", recorded())
def test_a_recorded_stream_is_what_is_written(name: str) -> None:
    """Block by block, its compressor gives the bytes that are recorded."""
    stream = recorded()[name]
    compressor = theirs.LZ4StreamCompressor(
        "double_buffer",
        stream.page,
        store_comp_size=0,
        dictionary=stream.content[: stream.dictionary],
        **stream.options,
    )

    written = tuple(compressor.compress(stream.content[start:stop]) for start, stop in stream.chunks)

    assert written == stream.blocks
