"""The adapter for members of archives, with foreign members before and after the one that is served."""

import inspect
import io
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from streamtck.adapters.adapter import Adapter
from streamtck.adapters.storage import EncodingCache

ALIVE = 16
"""Archives opened on sources of the kit's that are kept open: their streams may not outlive them (WR-6a)."""


@dataclass(slots=True)
class Placed:
    """A stored archive, and the object that opened streams on it, once there is one."""

    data: bytes
    opener: Any = None


class Archive(Adapter):
    """Opens a member of an archive in memory; streams on one archive share what opened it.

    `archived` makes the archive from the bytes before, the content and the bytes after; `opener` opens it
    on a binary file; `opened` opens the member. As a reproducer shows it, `opening` does both: it gives
    `opener` from `source`, then `stream`.
    """

    wraps = True
    sources = True
    ranged = True

    def __init__(
        self,
        name: str,
        archived: Callable[[bytes, bytes, bytes], bytes],
        opener: Callable[[BinaryIO], Any],
        opened: Callable[[Any], Any],
        *,
        package: str,
        imports: str,
        opening: str,
        boundaries: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.package = package
        self.boundaries = boundaries
        self._archived = archived
        self._opener = opener
        self._opened = opened
        self._alive: deque[Any] = deque(maxlen=ALIVE)
        self._encode = EncodingCache(lambda content: archived(b"", content, b""))
        self._lines = [
            "import io",
            imports,
            inspect.getsource(archived),
            'before = after = b""',
            f"stored = {archived.__name__}(before, content, after)",
            "source = io.BytesIO(stored)",
            opening,
        ]

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def place(self, stored: bytes) -> Placed:
        return Placed(bytes(bytearray(stored)))

    def embed(self, content: bytes, before: bytes, after: bytes) -> Placed:
        return self.place(self._archived(before, content, after))

    def open(self, ref: Placed, surface: str = "") -> Any:
        if ref.opener is None:
            ref.opener = self._opener(io.BytesIO(ref.data))
        return self._opened(ref.opener)

    def open_on(self, source: BinaryIO, surface: str = "") -> Any:
        self._alive.append(self._opener(source))
        return self._opened(self._alive[-1])

    def close_opener(self, ref: Placed) -> bool:
        opener, ref.opener = ref.opener, None
        if opener is not None:
            opener.close()
        return opener is not None

    def read_back(self, ref: Placed) -> bytes:
        return ref.data

    def discard(self, ref: Placed) -> None:
        self.close_opener(ref)

    def teardown(self) -> None:
        self._alive.clear()

    def snippet(self, surface: str = "") -> str:
        return "\n".join(self._lines)

    def look(self) -> str:
        return "stored"
