"""Files of `fsspec`: in memory, local, and in a zip archive."""

import inspect
from typing import Any

import fsspec
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.implementations.zip import ZipFileSystem

from streamtck.adapters.callables import CallableAdapter
from streamtck.adapters.library.archive import Archive
from streamtck.adapters.library.servers import Served
from streamtck.adapters.library.zipfile import zipped

CAT_FILE = {"pread_bytes": "fs.cat_file(stream.path, start=position, end=position + n)"}
"""The positioned read of a file system's files; by its documentation it takes positions as slices do."""


class Memory(Served):
    """Files of `fsspec`'s memory file system, which all its instances in a process share.

    What is opened is a handle on an object that the file system keeps, so the rules on several handles apply.
    """

    name = "fsspec.memory"
    package = "fsspec"
    spellings = CAT_FILE
    from_the_end = ("pread_bytes",)

    def setup(self) -> None:
        self._files = MemoryFileSystem(skip_instance_cache=True)

    def place(self, stored: bytes) -> str:
        path = f"/streamtck/{self.new_name()}"
        self._files.pipe_file(path, stored)
        return path

    def open(self, ref: str, surface: str = "") -> Any:
        return self._files.open(ref, "rb")

    def read_back(self, ref: str) -> bytes:
        stored: bytes = self._files.store[ref].getvalue()
        return stored

    def discard(self, ref: str) -> None:
        self._files.rm_file(ref)

    def snippet(self, surface: str = "") -> str:
        return "\n".join(
            [
                "import fsspec",
                "stored = content",
                'files = fsspec.filesystem("memory")',
                'files.pipe_file("/content", stored)',
                'stream = files.open("/content", "rb")',
            ]
        )

    def look(self) -> str:
        return 'files.store["/content"].getvalue()'


def open_subject(path: str) -> Any:
    return fsspec.filesystem("file", skip_instance_cache=True).open(path, "rb")


local = CallableAdapter(
    open_subject,
    "fsspec.local",
    f"import fsspec\nfrom typing import Any\n{inspect.getsource(open_subject)}",
    "path",
)
"""A local file, opened by `fsspec`."""
local.package = "fsspec"
local.spellings = CAT_FILE
local.from_the_end = ("pread_bytes",)


zip_member = Archive(
    "fsspec.zip",
    zipped,
    lambda source: ZipFileSystem(source, skip_instance_cache=True),
    lambda files: files.open("member", "rb"),
    package="fsspec",
    imports="import zipfile\nfrom fsspec.implementations.zip import ZipFileSystem",
    opening='opener = ZipFileSystem(source, skip_instance_cache=True)\nstream = opener.open("member", "rb")',
    boundaries=(4096,),
)
"""A deflated member of a zip archive, opened by `fsspec`."""

memory = Memory()
