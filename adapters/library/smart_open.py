"""A file that `smart_open.open` opens behind an HTTP server."""

from typing import Any

import requests
import smart_open

from streamtck.adapters.library.servers import OverHttp

BUFFER = 65536
"""Bytes that the reader takes off an answer at a time."""


class Http(OverHttp):
    """A file behind a server that serves ranges."""

    name = "smart_open.http"
    package = "smart_open"
    boundaries = (BUFFER,)

    def setup(self) -> None:
        super().setup()
        self._session = requests.Session()
        self._session.trust_env = False
        self.undo.callback(self._session.close)

    def open(self, ref: str, surface: str = "") -> Any:
        given = {"session": self._session, "buffer_size": BUFFER}
        return smart_open.open(ref, "rb", transport_params=given)


http = Http()
