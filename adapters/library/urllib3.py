"""`urllib3.HTTPResponse`, not preloaded: the body of an answer as it comes in, forward only."""

from typing import Any

import urllib3

from streamtck.adapters.library.servers import OverHttp


class Response(OverHttp):
    """The answer to a GET, read from the connection; the pool keeps connections that were read to the end."""

    name = "urllib3"
    package = "urllib3"

    def setup(self) -> None:
        super().setup()
        self._pool = urllib3.PoolManager()
        self.undo.callback(self._pool.clear)

    def open(self, ref: str, surface: str = "") -> Any:
        return self._pool.request("GET", ref, preload_content=False)


adapter = Response()
