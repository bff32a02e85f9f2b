"""Files of `fsspec` behind an HTTP server, with and without ranges."""

from typing import Any

from fsspec.asyn import sync
from fsspec.implementations.http import HTTPFileSystem

from streamtck.adapters.library.fsspec import CAT_FILE
from streamtck.adapters.library.servers import EventLoop, OverHttp

BLOCK = 65536
"""Block size in bytes given to the file system; its own 5 MiB are more than the kit stores."""


class Http(OverHttp):
    """A file behind a server that serves ranges, fetched in blocks."""

    name = "fsspec.http"
    package = "fsspec"
    boundaries = (BLOCK,)
    spellings = CAT_FILE
    from_the_end = ("pread_bytes",)

    def setup(self) -> None:
        super().setup()
        clients = EventLoop()
        self.undo.callback(clients.close)
        self._files = HTTPFileSystem(block_size=BLOCK, loop=clients.loop, skip_instance_cache=True)
        session = sync(clients.loop, self._files.set_session)
        self.undo.callback(lambda: sync(clients.loop, session.close))

    def open(self, ref: str, surface: str = "") -> Any:
        return self._files.open(ref, "rb")


class HttpNoRanges(Http):
    """A file behind a server that gives it whole, whatever range is asked for, and says so nowhere."""

    name = "fsspec.http-no-ranges"
    ranges = False


http, http_no_ranges = Http(), HttpNoRanges()
