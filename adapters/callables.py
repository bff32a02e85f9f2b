"""A plain callable as a subject: anything that returns an open stream on what it is given."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamtck.adapters.adapter import Adapter, SubjectError
from streamtck.adapters.storage import EncodingCache, Folder

INPUTS = ("content", "path", "fileobj")
INPUT_OF_PARAMETER = {
    **dict.fromkeys(("content", "data", "initial_bytes"), "content"),
    **dict.fromkeys(("path", "file", "filename", "name"), "path"),
    **dict.fromkeys(("fileobj", "fh", "fp", "raw"), "fileobj"),
}
STREAM_METHODS = ("read", "readinto", "seek")


@dataclass(slots=True)
class Stored:
    """What one callable is given: its own copy of the bytes, or a file; and what to undo after."""

    data: bytes
    path: Path | None = None
    opened: ExitStack = field(default_factory=ExitStack)


def input_of(function: Callable[..., Any]) -> str:
    """What the first parameter's name asks for: content, path or fileobj (default: content)."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return "content"
    return INPUT_OF_PARAMETER.get(parameters[0].name, "content") if parameters else "content"


def require_one_argument(function: Callable[..., Any], subject: str) -> None:
    """Refuse a callable that cannot be called with one positional argument."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(object())
    except TypeError:
        raise SubjectError(
            f"{subject}: takes {signature}, expected one argument, the bytes, the path or the open file to "
            "serve (--tck-input=content|path|fileobj says which)"
        ) from None


class CallableAdapter(Adapter):
    """Wraps a callable that takes bytes, a path or an open binary file and returns the open stream.

    The callable gets its own copy of the bytes. It may be a class, may return a context manager that
    gives the stream, and may carry attributes: `encode` (plain bytes to stored bytes), `boundaries`
    (page sizes), `surfaces`.
    """

    def __init__(self, function: Callable[..., Any], name: str, opening: str, given: str | None = None):
        self.name = name
        self.package = opening_module(opening)
        self.boundaries = tuple(getattr(function, "boundaries", ()))
        self.surfaces = tuple(getattr(function, "surfaces", ("python-file",)))  # type: ignore[misc]
        self.wraps = hasattr(function, "encode")
        self._function = function
        self._input = given or input_of(function)
        self._opening = opening
        self._encode = EncodingCache(getattr(function, "encode", bytes))
        self._folder = Folder()
        self._managed = False

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def store(self, content: bytes) -> Stored:
        encoded = self.encode(content)
        if not isinstance(encoded, bytes | bytearray | memoryview):
            raise TypeError(f"encode() returned {type(encoded).__name__}, expected bytes")
        own = bytes(bytearray(encoded))
        return Stored(own, None if self._input == "content" else self._folder.new_file(own))

    def open(self, ref: Stored, surface: str = "") -> Any:
        argument: Any = ref.data if ref.path is None else str(ref.path)
        if ref.path is not None and self._input == "fileobj":
            argument = ref.opened.enter_context(ref.path.open("rb"))
        stream = self._function(argument)
        if isinstance(stream, AbstractContextManager) and not any(hasattr(stream, m) for m in STREAM_METHODS):
            self._managed = True
            return ref.opened.enter_context(stream)
        return stream

    def read_back(self, ref: Stored) -> bytes:
        return ref.data if ref.path is None else ref.path.read_bytes()

    def metadata(self, ref: Stored) -> object | None:
        if ref.path is None:
            return None
        status = ref.path.stat()
        return {"modified": status.st_mtime_ns, "mode": status.st_mode, "links": status.st_nlink}

    def discard(self, ref: Stored) -> None:
        try:
            ref.opened.close()
        finally:
            if ref.path is not None:
                ref.path.unlink(missing_ok=True)

    def teardown(self) -> None:
        self._folder.remove()

    def mask(self, text: str) -> str:
        return self._folder.mask(text)

    def snippet(self, surface: str = "") -> str:
        stored = "open_subject.encode(content)" if self.wraps else "content"
        lines = (
            [self._opening, f"stored = {stored}"]
            if self.wraps or self._input == "content"
            else [self._opening]
        )
        argument = "stored"
        if self._input != "content":
            lines += [
                "import pathlib, tempfile",
                "folder = tempfile.TemporaryDirectory()",
                'path = pathlib.Path(folder.name, "content")',
                f"_ = path.write_bytes({'stored' if self.wraps else 'content'})",
            ]
            argument = "str(path)" if self._input == "path" else 'path.open("rb")'
        opened = f"open_subject({argument})"
        lines += (
            [f"manager = {opened}", "stream = manager.__enter__()"]
            if self._managed
            else [f"stream = {opened}"]
        )
        return "\n".join(lines)

    def look(self) -> str:
        return "stored" if self._input == "content" else "path.read_bytes()"


def opening_module(opening: str) -> str:
    """The module that an opening line like `from x import y as open_subject` imports, or ''."""
    words = opening.split()
    return words[1] if words[:1] == ["from"] else ""
