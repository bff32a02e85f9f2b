"""The reference streams, which obey every clause."""

import gzip
from typing import Any, ClassVar

from streamtck.adapters.callables import CallableAdapter, Stored
from streamtck.adapters.library.memory import InMemory
from streamtck.reference_impl import (
    FileStore,
    InflatingStream,
    LocalFile,
    MemoryStore,
    MemoryStream,
)
from streamtck.reference_impl.inflate import PIECE

VIEWS = {
    "hadoop": LocalFile.hadoop,
    "data-store": LocalFile.data_store,
    "python-file": LocalFile.python_file,
}


class ReferenceMemory(InMemory):
    """`streamtck.reference_impl.MemoryStream` under the Hadoop surface."""

    surfaces: ClassVar[tuple[str, ...]] = ("hadoop",)

    def __init__(self) -> None:
        super().__init__(
            "reference.memory",
            MemoryStream,
            package="streamtck",
            imports="from streamtck.reference_impl import MemoryStream",
            opening="stream = MemoryStream(stored)",
        )


class ReferenceFile(CallableAdapter):
    """`streamtck.reference_impl.LocalFile` over a file in a temporary folder, by its three views."""

    def __init__(self) -> None:
        opening = "from streamtck.reference_impl import LocalFile as open_subject"
        super().__init__(LocalFile, "reference.file", opening, "path")
        self.surfaces = tuple(VIEWS)  # type: ignore[misc]

    def open(self, ref: Stored, surface: str = "") -> Any:
        assert ref.path is not None
        return VIEWS[surface](LocalFile(ref.path))

    def snippet(self, surface: str = "") -> str:
        return f"{super().snippet()}.{VIEWS[surface].__name__}()"

    def large_snippet(self, surface: str = "") -> str:
        return f"{super().large_snippet()}.{VIEWS[surface].__name__}()"


class ReferenceStore(CallableAdapter):
    """A data store of `streamtck.reference_impl`: all streams on one content are opened on one store."""

    def __init__(self, name: str, store: type[MemoryStore] | type[FileStore], given: str) -> None:
        opening = f"from streamtck.reference_impl import {store.__name__} as open_subject"
        super().__init__(store, name, opening, given)
        self.surfaces = ("data-store",)  # type: ignore[misc]
        self._is_store = True


class ReferenceInflate(InMemory):
    """`streamtck.reference_impl.InflatingStream` over gzip data in memory."""

    surfaces: ClassVar[tuple[str, ...]] = ("data-store",)

    def __init__(self) -> None:
        super().__init__(
            "reference.inflate",
            InflatingStream,
            package="streamtck",
            imports="import gzip\nfrom streamtck.reference_impl import InflatingStream",
            encode=_compress,
            encoding="gzip.compress(content)",
            opening="stream = InflatingStream(source)",
            sources=True,
            boundaries=(PIECE,),
        )


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


file = ReferenceFile()
file_store = ReferenceStore("reference.file-store", FileStore, "path")
inflate = ReferenceInflate()
memory = ReferenceMemory()
memory_store = ReferenceStore("reference.memory-store", MemoryStore, "content")
