"""Servers on 127.0.0.1 for subjects that read over a network: in threads of this process, at a free port."""

import asyncio
import contextlib
import itertools
import re
import socket
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any, ClassVar

from streamtck.adapters.adapter import Adapter, Large

HOST = "127.0.0.1"
CHUNK = 1 << 20
"""Bytes that are written at once."""

POLL = 0.05
"""Seconds after which a server looks whether it is to stop."""

RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)
MASKED = (
    (re.compile(r"(127\.0\.0\.1(?::|', port=))\d+"), r"\1<port>"),
    (re.compile(r"\b(content|streamtck-)\d+"), r"\1"),
)


class Threads(ThreadingMixIn, TCPServer):
    """Serves from a thread of its own, each connection from a further one, until `stop`.

    None of them holds up the end of the process, and what goes wrong on a connection is not printed.
    """

    daemon_threads = True

    @property
    def url(self) -> str:
        """The URL of the server, without a path."""
        return f"http://{HOST}:{self.socket.getsockname()[1]}"

    def start(self) -> None:
        """Begin to serve; the port is bound already."""
        self._connections: dict[Thread, Any] = {}
        self._loop = Thread(target=self.serve_forever, args=(POLL,), daemon=True)
        self._loop.start()

    def stop(self) -> None:
        """End the server, and every connection that clients still hold; no thread is left."""
        self.shutdown()
        self._loop.join()
        self.server_close()
        for thread, connection in self._connections.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections = {thread: each for thread, each in self._connections.items() if thread.is_alive()}
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._connections[thread] = request
        thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle of an answer is no news."""


class EventLoop:
    """An event loop in a thread of its own, for clients that are asynchronous inside."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cancel what still runs there and end the thread."""
        asyncio.run_coroutine_threadsafe(_cancelled(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def _cancelled() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


def part(header: str | None, size: int) -> range | None:
    """The bytes of `size` that a Range header asks for; empty where it cannot be met (416).

    None where the whole is to be given: without the header, where it is malformed, and for several ranges at
    once, which a server is free not to serve (RFC 9110, section 14.2).
    """
    found = RANGE.fullmatch(header or "")
    if found is None or found[0].strip().endswith("=-"):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if size else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the server's `objects`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "ObjectServer"

    def do_GET(self) -> None:
        content = self.server.objects.get(self.path)
        if content is None:
            return self._answer(404)
        size = len(content)
        wanted = part(self.headers["Range"], size) if self.server.ranges else None
        if wanted is None:
            return self._answer(200, range(size), content)
        if not wanted:
            return self._answer(416, given=f"bytes */{size}")
        return self._answer(206, wanted, content, f"bytes {wanted.start}-{wanted.stop - 1}/{size}")

    def do_HEAD(self) -> None:
        content = self.server.objects.get(self.path)
        self._answer(404 if content is None else 200, range(len(content or b"")))

    def _answer(
        self, status: int, wanted: range = range(0), content: bytes | Large = b"", given: str = ""
    ) -> None:
        self.send_response(status)
        if self.server.ranges:
            self.send_header("Accept-Ranges", "bytes")
        if given:
            self.send_header("Content-Range", given)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(wanted.stop - wanted.start))
        self.end_headers()
        for start in wanted[::CHUNK] if content else ():
            self.wfile.write(content[start : min(start + CHUNK, wanted.stop)])

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""


class ObjectServer(Threads):
    """Serves `objects`, bytes by path, over HTTP/1.1; with `ranges` also parts of them."""

    request_queue_size = 64

    def __init__(self, ranges: bool) -> None:
        super().__init__((HOST, 0), _Handler)
        self.ranges = ranges
        self.objects: dict[str, bytes | Large] = {}


class Served(Adapter):
    """Content kept under names, behind a server or in a file system.

    What `setup` starts is put on `undo`; `teardown` ends it, last first, however far `setup` came.
    """

    wraps = True

    def __init__(self) -> None:
        self.undo = contextlib.ExitStack()
        self._numbers = itertools.count()

    def new_name(self) -> str:
        """A name that no content had before."""
        return f"content{next(self._numbers)}"

    def teardown(self) -> None:
        self.undo.close()

    def mask(self, text: str) -> str:
        return nameless(text)


class OverHttp(Served):
    """Content behind a local HTTP server; `open` is given its URL."""

    ranges: ClassVar[bool] = True

    def setup(self) -> None:
        self.server = ObjectServer(self.ranges)
        self.server.start()
        self.undo.callback(self.server.stop)

    def place(self, stored: bytes) -> str:
        name = self.new_name()
        self.server.objects[f"/{name}"] = bytes(bytearray(stored))
        return f"{self.server.url}/{name}"

    def store_large(self, content: Large) -> str:
        name = self.new_name()
        self.server.objects[f"/{name}"] = content
        return f"{self.server.url}/{name}"

    def why_not_large(self) -> str:
        return "" if self.ranges else "the server always gives it whole"

    def read_back(self, ref: str) -> bytes:
        return self.server.objects[_path(ref)][:]

    def discard(self, ref: str) -> None:
        self.server.objects.pop(_path(ref), None)


def _path(url: str) -> str:
    return "/" + url.rpartition("/")[2]


def nameless(text: str) -> str:
    """`text` without ports, and without the numbers of contents and buckets: they differ from run to run."""
    for pattern, instead in MASKED:
        text = pattern.sub(instead, text)
    return text
