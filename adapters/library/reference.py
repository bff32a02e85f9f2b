"""The reference streams, which obey every clause."""

import gzip
from typing import Any, ClassVar

from streamtck.adapters.adapter import Adapter
from streamtck.adapters.callables import CallableAdapter, Stored
from streamtck.adapters.library.memory import InMemory
from streamtck.reference_impl import (
    DataStoreStream,
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


class ReferenceMemoryStore(Adapter):
    """`streamtck.reference_impl.MemoryStore`: the streams on one content are opened on one store."""

    name = "reference.memory-store"
    surfaces = ("data-store",)
    package = "streamtck"

    def place(self, stored: bytes) -> MemoryStore:
        return MemoryStore(bytes(bytearray(stored)))

    def open(self, ref: MemoryStore, surface: str = "") -> DataStoreStream:
        return ref.open_read()

    def read_back(self, ref: MemoryStore) -> bytes:
        return ref.content

    def snippet(self, surface: str = "") -> str:
        lines = ("stored = content", "store = MemoryStore(stored)", "stream = store.open_read()")
        return "\n".join(["from streamtck.reference_impl import MemoryStore", *lines])

    def look(self) -> str:
        return "store.content"


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


def _file_store(path: str) -> DataStoreStream:
    return FileStore(path).open_read()


_file_store.surfaces = ("data-store",)  # type: ignore[attr-defined]

file = ReferenceFile()
file_store = CallableAdapter(
    _file_store,
    "reference.file-store",
    "from streamtck.reference_impl import FileStore\nopen_subject = lambda path: FileStore(path).open_read()",
    "path",
)
inflate = ReferenceInflate()
memory = ReferenceMemory()
memory_store = ReferenceMemoryStore()
