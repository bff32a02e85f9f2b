"""The encodings that are tried on a callable that does not say how what it reads is encoded."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from streamtck.adapters.formats import Format


@dataclass(frozen=True, slots=True)
class Encoding:
    """A way from plain bytes to stored ones, and the same as Python: `text` over `content`, `imports` first.

    `format` is there where the first bytes do not tell what a reader can detect.
    """

    name: str
    encode: Callable[[bytes], bytes]
    text: str = "content"
    imports: str = ""
    format: Format | None = None


def _evaluated(module: str, text: str, content: bytes) -> bytes:
    import_module(module)
    top = module.partition(".")[0]
    encoded: bytes = eval(text, {top: sys.modules[top], "content": content})
    return encoded


def _known(name: str, module: str, text: str, form: Format | None = None) -> Encoding:
    return Encoding(name, partial(_evaluated, module, text), text, f"import {module}", form)


IDENTITY = Encoding("identity", bytes)
_DEFLATE = Format("raw deflate")
_ZSTD = "options={{{0}.CompressionParameter.checksum_flag: 1}}"
_PACKAGES = (
    _known("gzip", "gzip", "gzip.compress(content, mtime=0)"),
    _known("zlib", "zlib", "zlib.compress(content)"),
    _known("raw deflate", "zlib", "zlib.compress(content, wbits=-15)", _DEFLATE),
    _known("bz2", "bz2", "bz2.compress(content)"),
    _known("xz", "lzma", "lzma.compress(content)"),
    _known("LZ4 frame", "lz4.frame", "lz4.frame.compress(content, content_checksum=True)"),
    *(
        _known("zstd", module, f"{module}.compress(content, {_ZSTD.format(module)})")
        for module in ("compression.zstd", "backports.zstd")
    ),
    _known("zstd", "zstandard", "zstandard.ZstdCompressor(write_checksum=True).compress(content)"),
)


def encodings(function: Callable[..., Any], opening: str) -> Iterator[Encoding]:
    """Identity first, then what a package is there for, then what the callable's own module compresses to."""
    names: set[str] = set()
    for encoding in (IDENTITY, *_PACKAGES, *_own(function, opening)):
        if encoding.name not in names and _compresses(encoding):
            names.add(encoding.name)
            yield encoding


def _compresses(encoding: Encoding) -> bool:
    """Whether the package is there, and gives bytes."""
    try:
        return isinstance(encoding.encode(b"compressed"), bytes)
    except Exception:
        return False


def _own(function: Callable[..., Any], opening: str) -> Iterator[Encoding]:
    """The function `compress` of the callable's module."""
    name = getattr(function, "__module__", None) or ""
    compress = getattr(sys.modules.get(name), "compress", None)
    if not callable(compress):
        return
    run = re.search(r"^open_subject = (runpy\.run_path\(.*\))\[", opening, re.MULTILINE)
    told = f"{name.removeprefix('streamtck_subject_')}.compress"
    if run:
        yield Encoding(told, compress, f'{run[1]}["compress"](content)')
    else:
        yield Encoding(told, compress, f"{name}.compress(content)", f"import {name}")
