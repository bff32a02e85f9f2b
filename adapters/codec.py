"""Codecs: a compressor and a decompressor of LZ4 double-buffer blocks (family LZ)."""

from collections.abc import Callable
from typing import Any

from streamtck.adapters.adapter import Adapter

NAMES = ("LZ4StreamCompressor", "LZ4StreamDecompressor")
"""What reproducers call the two classes."""


class Codec:
    """What an adapter with the surface `codec` has beside the rest.

    Both are made as python-lz4's are: a strategy and a page size in bytes, then options by their names
    (`mode`, `store_comp_size`, `dictionary` and so on). An option that is not taken is not asked for.
    """

    errors: tuple[type[BaseException], ...] = ()
    """What stands for LZ4StreamError, where no class of that name does."""

    def compressor(self, strategy: str, buffer_size: int, /, **options: Any) -> Any:
        """A new compressor, with the method `compress(chunk)`."""
        raise NotImplementedError(f"{type(self).__name__}.compressor is not written")

    def decompressor(self, strategy: str, buffer_size: int, /, **options: Any) -> Any:
        """A new decompressor, with the methods `get_block(stream)` and `decompress(block)`."""
        raise NotImplementedError(f"{type(self).__name__}.decompressor is not written")

    def codec_snippet(self) -> str:
        """Plain Python that brings the two classes under the names in NAMES, for reproducers."""
        made = getattr(self, "made_by", "")
        if not made:
            kind = type(self).__qualname__
            made = f"from {type(self).__module__} import {kind}\nadapter = {kind}()"
        return f"{made}\n{', '.join(NAMES)} = adapter.compressor, adapter.decompressor"


class CodecAdapter(Codec, Adapter):
    """The adapter of a pair of classes, which may come from two implementations.

    In a file, `codec = CodecAdapter(MyCompressor, MyDecompressor)` is a subject, `path/to/file.py:codec`.
    `imports` is Python that brings the two under the names in NAMES, where reproducers should do so too.
    """

    surfaces = ("codec",)

    def __init__(
        self,
        compressor: Callable[..., Any],
        decompressor: Callable[..., Any],
        name: str = "",
        *,
        errors: tuple[type[BaseException], ...] = (),
        package: str = "",
        imports: str = "",
    ) -> None:
        self.name = name
        self.package = package or compressor.__module__
        self.errors = errors
        self.compressor = compressor  # type: ignore[method-assign]
        self.decompressor = decompressor  # type: ignore[method-assign]
        self._imports = imports

    def codec_snippet(self) -> str:
        return self._imports or super().codec_snippet()
