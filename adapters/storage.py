"""Where the built-in adapters keep content: own copies in memory, or files in one temporary folder."""

import itertools
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

PLACE = "<temporary folder>"


class Folder:
    """A temporary folder made at first use; `remove` deletes it with all that it holds."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._numbers = itertools.count()

    def new_file(self, data: bytes) -> Path:
        """A new file that holds `data`."""
        path = self.new_path()
        path.write_bytes(data)
        return path

    def new_path(self) -> Path:
        """Where there is no file yet."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="streamtck-"))
        return self._path / f"content{next(self._numbers)}"

    def mask(self, text: str) -> str:
        """`text` with the folder and the file's number taken out: they differ from run to run."""
        if self._path is None or str(self._path) not in text:
            return text
        head, *rest = text.split(str(self._path))
        return head + "".join(PLACE + _without_number(part) for part in rest)

    def remove(self) -> None:
        """Delete the folder; harmless where it was never made."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None


def _without_number(text: str) -> str:
    stem = "/content"
    return stem + text[len(stem) :].lstrip("0123456789") if text.startswith(stem) else text


class EncodingCache:
    """Keeps the last encodings, because compressing the same content for each example is dear."""

    def __init__(self, encode: Callable[[bytes], bytes], limit: int = 64) -> None:
        self._encode = encode
        self._limit = limit
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    def __call__(self, content: bytes) -> bytes:
        """The encoding of `content`."""
        if content not in self._kept:
            self._kept[content] = self._encode(content)
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return self._kept[content]
