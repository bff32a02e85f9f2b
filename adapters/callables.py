"""A plain callable as a subject: anything that returns an open stream on what it is given."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from io import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from streamtck.adapters.adapter import Adapter, Large, SubjectError
from streamtck.adapters.encodings import IDENTITY, Encoding, encodings
from streamtck.adapters.formats import Format
from streamtck.adapters.storage import EncodingCache, Folder
from streamtck.adapters.surfaces import Surface

INPUTS = ("content", "path", "fileobj")
INPUT_OF_PARAMETER = {
    **dict.fromkeys(("content", "data", "initial_bytes"), "content"),
    **dict.fromkeys(("path", "file", "filename", "name"), "path"),
    **dict.fromkeys(("fileobj", "fh", "fp", "raw"), "fileobj"),
}
STARTS = ("start", "offset")
LENGTHS = ("length", "size", "count")
STREAM_METHODS = ("read", "readinto", "seek")


@dataclass(slots=True)
class Stored:
    """What one callable is given: its own copy of the bytes, or a file; and what to undo after, by stream.

    `part` is where the payload starts in it and how long it is, for callables that take these two;
    `large` the content where it is in neither; `store` the data store that the callable gave,
    where it gives one.
    """

    data: bytes
    path: Path | None = None
    part: tuple[int, ...] = ()
    large: Large | None = None
    store: Any = None
    opened: list[tuple[Any, ExitStack]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Way:
    """How a callable is given what to serve: as which of INPUTS, and under which keyword, if any."""

    input: str
    keyword: str = ""

    def call(self, function: Callable[..., Any], given: Any, *part: int) -> Any:
        """What the callable returns."""
        return function(**{self.keyword: given}) if self.keyword else function(given, *part)

    def text(self, given: str) -> str:
        """The argument as Python."""
        return f"{self.keyword}={given}" if self.keyword else given

    def __str__(self) -> str:
        return f"{self.keyword}=" if self.keyword else self.input


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def way_of(function: Callable[..., Any], given: str | None = None) -> Way:
    """What the first parameter's name asks for (default: content), or `given`, by position if it can be."""
    first = next(iter(_parameters(function)), None)
    if first is None:
        return Way(given or "content")
    keyword = first.name if first.kind is first.KEYWORD_ONLY else ""
    return Way(given or INPUT_OF_PARAMETER.get(first.name, "content"), keyword)


def ways_of(function: Callable[..., Any], given: str | None = None) -> list[Way]:
    """The ways to try: a parameter named like a file, the first one as named, then as anything else."""
    first = way_of(function, given)
    named = [
        Way("fileobj", parameter.name)
        for parameter in _parameters(function)[1:]
        if INPUT_OF_PARAMETER.get(parameter.name) == "fileobj"
        and parameter.kind is not parameter.POSITIONAL_ONLY
    ]
    if given:
        return [first, *named] if given == "fileobj" else [first]
    if takes_a_part(function):
        return [first]
    others = [Way(input, first.keyword) for input in ("fileobj", "path", "content")]
    return list(dict.fromkeys([*named, first, *others]))


def takes_a_part(function: Callable[..., Any]) -> bool:
    """Whether the second and third parameter are the start and the length of the part to serve."""
    names = [parameter.name for parameter in _parameters(function)]
    return len(names) >= 3 and names[1] in STARTS and names[2] in LENGTHS


def require_one_argument(function: Callable[..., Any], subject: str) -> None:
    """Refuse a callable that cannot be called with what is to be served (and its part, if it takes one)."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    ways = [way for way in ways_of(function) if way.keyword]
    if not (_binds(signature, *[object()] * (3 if takes_a_part(function) else 1))) and not any(
        _binds(signature, **{way.keyword: object()}) for way in ways
    ):
        raise SubjectError(
            f"{subject}: takes {signature}, expected one argument, the bytes, the path or the open file to "
            "serve (--tck-input=content|path|fileobj says which)"
        )


def _binds(signature: inspect.Signature, *arguments: Any, **keywords: Any) -> bool:
    try:
        signature.bind(*arguments, **keywords)
    except TypeError:
        return False
    return True


def declared(surface: Surface, function: Callable[..., Any]) -> Surface:
    """The surface as a callable's attributes declare it; ValueError, one line, where one is unsound."""
    spellings = getattr(function, "spellings", {})
    if not isinstance(spellings, Mapping) or not all(isinstance(how, str) for how in spellings.values()):
        raise ValueError(f"spellings is {spellings!r}, expected a dict from operation to a call as text")
    surface = surface.respelled(spellings)
    counted = getattr(function, "from_the_end", surface.from_the_end)
    if not isinstance(counted, list | tuple) or not {*map(str, counted)} <= set(surface.spellings):
        raise ValueError(f"from_the_end is {counted!r}, expected a tuple of operations that the stream has")
    errors = getattr(function, "end_of_file", surface.end_of_file)
    errors = errors if isinstance(errors, tuple) else (errors,)
    if not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in errors):
        raise ValueError(f"end_of_file is {errors!r}, expected an exception class or a tuple of them")
    return replace(surface, from_the_end=tuple(counted), end_of_file=errors)


def _several(function: Callable[..., Any], name: str, kind: type, default: Any, subject: str) -> Any:
    """A callable's attribute that lists values of one kind, at least one where there is a default."""
    value = getattr(function, name, default)
    sound = isinstance(value, list | tuple) and all(type(each) is kind for each in value)
    if not sound or (default and not value):
        raise SubjectError(f"{subject}: {name} is {value!r}, expected a tuple of {kind.__name__}")
    return tuple(value)


def _format(function: Callable[..., Any], subject: str) -> Format | None:
    """A callable's `format`, where it carries one."""
    value = getattr(function, "format", None)
    if isinstance(value, Format):
        return value
    # A class may have a method of that name.
    if value is None or callable(value):
        return None
    raise SubjectError(f"{subject}: format is {value!r}, expected a streamtck.adapters.Format")


class CallableAdapter(Adapter):
    """Wraps a callable that takes bytes, a path or an open binary file and returns the open stream.

    The callable gets its own copy of the bytes. It may be a class, may return a context manager that
    gives the stream, and may carry attributes: `encode` (plain bytes to stored bytes), `boundaries`
    (page sizes), `surfaces`, `format` (what a reader of the stored bytes can detect), `spellings` (how the
    stream spells operations, see `Surface.respelled`), `from_the_end` and `end_of_file` (see `Surface`). One
    that takes `start` and `length` as well serves a part of what it is given; one that returns a data store
    is asked for its streams by `open_read`. Where nothing says what is stored, or how it is handed over,
    `candidates` are to be tried.
    """

    def __init__(self, function: Callable[..., Any], name: str, opening: str, given: str | None = None):
        self.name = name
        self.package = opening_module(opening)
        self.boundaries = _several(function, "boundaries", int, (), name)
        self.surfaces = _several(function, "surfaces", str, ("python-file",), name)  # type: ignore[misc]
        # A class may have a method of that name.
        listed = not callable(getattr(function, "offers", None))
        self.offers = _several(function, "offers", str, (), name) if listed else ()
        self._function = function
        self.ranged = takes_a_part(function)
        self.dear = getattr(function, "dear", False) is True
        self.large = getattr(function, "large", False) is True
        self._format = _format(function, name)
        self._opening = opening
        self._given = given
        encode = getattr(function, "encode", None)
        self._declared = encode and Encoding("encode", encode, "open_subject.encode(content)")
        self.use(way_of(function, given), self._declared or IDENTITY)
        self._folder = Folder()
        self._managers = ExitStack()

    def candidates(self) -> Iterator[tuple[Way, Encoding]]:
        """The ways to hand over the source, each with the encodings that may be right, likely ones first."""
        known = [self._declared] if self._declared else list(encodings(self._function, self._opening))
        return ((way, encoding) for way in ways_of(self._function, self._given) for encoding in known)

    @property
    def used(self) -> tuple[Way, Encoding]:
        """The way and the encoding in use."""
        return self._way, self._encoding

    def use(self, way: Way, encoding: Encoding) -> None:
        """Store content in this encoding, and hand it over in this way, from now on."""
        self._way, self._encoding = way, encoding
        self._encode = EncodingCache(encoding.encode)
        self.sources = way.input == "fileobj"
        self.wraps = encoding is not IDENTITY or way.input == "fileobj" or self.ranged
        self._managed = self._is_store = False

    def surface(self, name: str) -> Surface:
        try:
            return declared(super().surface(name), self._function)
        except ValueError as error:
            raise SubjectError(f"{self.name}: {error}") from None

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def place(self, stored: bytes) -> Stored:
        if not isinstance(stored, bytes | bytearray | memoryview):
            raise TypeError(f"encode() returned {type(stored).__name__}, expected bytes")
        own = bytes(bytearray(stored))
        part = (0, len(own)) if self.ranged else ()
        return Stored(own, None if self._way.input == "content" else self._folder.new_file(own), part)

    def embed(self, content: bytes, before: bytes, after: bytes) -> Stored:
        encoded = self.encode(content)
        return replace(self.place(before + encoded + after), part=(len(before), len(encoded)))

    def store_large(self, content: Large) -> Stored:
        part = (0, len(content)) if self.ranged else ()
        path = self._folder.new_path()
        try:
            content.write_to(path)
        except OSError:
            path.unlink(missing_ok=True)
            if self._way.input != "fileobj":
                raise
            # Where there is no room for a file, one that is made as it is read does as well.
            return Stored(b"", None, part, content)
        return Stored(b"", path, part)

    def why_not_large(self) -> str:
        if self._way.input == "content":
            return "the stream is given its bytes whole, neither a path nor an open file"
        return "" if self._encoding is IDENTITY else "the content is encoded"

    def open_on(self, source: BinaryIO, surface: str = "") -> Any:
        part: tuple[int, ...] = ()
        if self.ranged:
            part = (0, source.seek(0, SEEK_END))
            source.seek(0)
        return self._entered(self._way.call(self._function, source, *part), self._managers)

    def format(self, content: bytes, stored: bytes) -> Format | None:
        return self._format or self._encoding.format or super().format(content, stored)

    def open(self, ref: Stored, surface: str = "") -> Any:
        if ref.store is not None:
            return ref.store.open_read()
        with ExitStack() as opened:
            stream = self._way.call(self._function, self._argument(ref, opened), *ref.part)
            if hasattr(stream, "open_read") and not hasattr(stream, "read"):
                self._is_store, ref.store = True, stream
            else:
                stream = self._entered(stream, opened)
            ref.opened.append((stream, opened.pop_all()))
        return ref.store.open_read() if ref.store is not None else stream

    def _argument(self, ref: Stored, opened: ExitStack) -> Any:
        """What the callable is given for stored content; `opened` closes it."""
        if ref.path is None:
            return ref.data if ref.large is None else ref.large.open()
        return opened.enter_context(ref.path.open("rb")) if self._way.input == "fileobj" else str(ref.path)

    def _entered(self, stream: Any, opened: ExitStack) -> Any:
        if isinstance(stream, AbstractContextManager) and not any(hasattr(stream, m) for m in STREAM_METHODS):
            self._managed = True
            return opened.enter_context(stream)
        return stream

    def read_back(self, ref: Stored) -> bytes:
        return ref.data if ref.path is None else ref.path.read_bytes()

    def metadata(self, ref: Stored) -> object | None:
        if ref.path is None:
            return None
        status = ref.path.stat()
        return {"modified": status.st_mtime_ns, "mode": status.st_mode, "links": status.st_nlink}

    def let_go(self, ref: Stored, stream: Any) -> None:
        for number, (of, opened) in enumerate(ref.opened):
            if of is stream:
                del ref.opened[number]
                opened.close()
                break

    def discard(self, ref: Stored) -> None:
        try:
            with ExitStack() as every:
                for _, opened in ref.opened:
                    every.push(opened)
        finally:
            if ref.path is not None:
                ref.path.unlink(missing_ok=True)

    def teardown(self) -> None:
        try:
            self._managers.close()
        finally:
            self._folder.remove()

    def mask(self, text: str) -> str:
        return self._folder.mask(text)

    def snippet(self, surface: str = "") -> str:
        encoded = self._encoding.text
        lines = [self._opening, *self._encoding.imports.splitlines()]
        if self.ranged:
            lines += ['before = after = b""', f"payload = {encoded}"]
            encoded = "before + payload + after"
        lines.append(f"stored = {encoded}")
        argument = "stored"
        if self._way.input != "content":
            lines += [
                "import pathlib, tempfile",
                "folder = tempfile.TemporaryDirectory()",
                'path = pathlib.Path(folder.name, "content")',
                "_ = path.write_bytes(stored)",
            ]
            argument = "str(path)"
        if self._way.input == "fileobj":
            lines.append('source = path.open("rb")')
            argument = "source"
        return self._opened_by(lines, argument, ", len(before), len(payload)" if self.ranged else "")

    def large_snippet(self, surface: str = "") -> str:
        part = ", 0, len(content)" if self.ranged else ""
        lines = [
            self._opening,
            *("import pathlib, tempfile", "folder = tempfile.TemporaryDirectory()"),
            *('path = pathlib.Path(folder.name, "content")', "content.write_to(path)"),
        ]
        if self._way.input == "fileobj":
            return self._opened_by([*lines, 'source = path.open("rb")'], "source", part)
        return self._opened_by(lines, "str(path)", part)

    def _opened_by(self, lines: list[str], argument: str, part: str) -> str:
        """The last lines of a snippet: what is given to the callable, and how its stream is had."""
        opened = f"open_subject({self._way.text(argument)}{part})"
        if self._managed:
            return "\n".join([*lines, f"manager = {opened}", "stream = manager.__enter__()"])
        if self._is_store:
            return "\n".join([*lines, f"store = {opened}", "stream = store.open_read()"])
        return "\n".join([*lines, f"stream = {opened}"])

    def look(self) -> str:
        return "stored" if self._way.input == "content" else "path.read_bytes()"


def opening_module(opening: str) -> str:
    """The module that an opening line like `from x import y as open_subject` imports, or ''."""
    words = opening.split()
    return words[1] if words[:1] == ["from"] else ""
