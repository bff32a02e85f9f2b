"""python-lz4's own `lz4.stream`, which is in no wheel; and each of its sides with one of the reference."""

from streamtck.adapters.codec import CodecAdapter
from streamtck.reference_impl import lz4_stream as reference

try:
    from lz4.stream import LZ4StreamCompressor, LZ4StreamDecompressor
except ImportError:
    raise ImportError(
        "no wheel of lz4 has lz4.stream; with a C compiler, "
        "PYLZ4_EXPERIMENTAL=TRUE pip install --force-reinstall --no-cache-dir --no-binary lz4 lz4 builds it"
    ) from None

adapter = CodecAdapter(
    LZ4StreamCompressor,
    LZ4StreamDecompressor,
    "lz4.stream",
    package="lz4",
    imports="from lz4.stream import LZ4StreamCompressor, LZ4StreamDecompressor",
)

written_by_the_reference = CodecAdapter(
    reference.LZ4StreamCompressor,
    LZ4StreamDecompressor,
    "lz4-double-buffer-to-lz4.stream",
    package="lz4",
    imports="from lz4.stream import LZ4StreamDecompressor\n"
    "from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor",
)

read_by_the_reference = CodecAdapter(
    LZ4StreamCompressor,
    reference.LZ4StreamDecompressor,
    "lz4.stream-to-lz4-double-buffer",
    package="lz4",
    imports="from lz4.stream import LZ4StreamCompressor\n"
    "from streamtck.reference_impl.lz4_stream import LZ4StreamDecompressor",
)
