"""The two-phase adapter: how the kit stores content, opens a stream on it and looks at it again."""

import importlib.metadata
import platform
import sys
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar, Protocol

from streamtck.adapters.formats import Format, recognised
from streamtck.adapters.surfaces import SURFACES, Surface


class SubjectError(Exception):
    """A subject that cannot be tested as given: one line with what was given and what to do."""


class Large(Protocol):
    """Content of more than 4 GiB: it tells its length, gives slices as bytes, and can be had as a file."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Any: ...

    def write_to(self, path: object, /) -> None:
        """Write it to a new file, which takes little room where the system can do so."""

    def open(self) -> BinaryIO:
        """A binary file that serves it, with no file behind it."""


class Adapter:
    """Base class of adapters; a class that derives from it is taken as one wherever a subject is named.

    A project that wants more than a plain callable derives from it and writes `open`, and where it
    applies `encode`, `place`, `read_back` and `snippet`. An adapter supplies nothing that its
    stream lacks: no bounds check, no imitated operation.

    Streams that wrap a source (family WR) are asked more where the adapter offers more: `open_on`
    with `sources`, `embed` with `ranged`, `close_opener`.
    """

    name: str = ""
    """The name in node ids and reports."""
    surfaces: ClassVar[tuple[str, ...]] = ("python-file",)
    """The surfaces offered; with more than one, `open` is given the surface's name as well."""
    boundaries: tuple[int, ...] = ()
    """Page and buffer sizes of the stream in bytes: the kit looks around each of them."""
    wraps: bool = False
    """True for streams that wrap an encoded or ranged source (family WR applies)."""
    sources: bool = False
    """True where `open_on` is written: the stream opens on any binary file."""
    ranged: bool = False
    """True where `embed` is written: the stream serves a part of what is stored."""
    spellings: Mapping[str, str] = MappingProxyType({})
    """Operations that the stream spells in a way of its own, as calls written down: `Surface.respelled`."""
    from_the_end: tuple[str, ...] = ()
    """The positioned reads that document a negative position as counted from the end."""
    dear: bool = False
    """True where opening a stream is dear, as over a network: the kit looks at fewer examples, and uses a
    stream again where no clause needs a new one, as with `--tck-latency-aware`."""
    large: bool = False
    """True where the kit is to look at content of more than 4 GiB too, as with `--tck-large`."""
    offers: tuple[str, ...] = ()
    """All operations that the stream offers, by the kit's names, where these are to be checked."""
    made_by: str = ""
    """Python that makes `adapter` as the subject names it; filled in where the subject is resolved."""
    package: str = ""
    """The import name of the package under test; its distribution and version go into the report."""

    def setup(self) -> None:
        """Called once before the run: start servers, make temporary folders."""

    def teardown(self) -> None:
        """Called once after the run, also when `setup` or the run failed."""

    def encode(self, content: bytes) -> bytes:
        """The stored form of `content`, which is always the plain bytes expected; default: itself."""
        return content

    def store(self, content: bytes) -> Any:
        """Put `content` where streams can be opened on it; gives a reference for `open`."""
        return self.place(self.encode(content))

    def place(self, stored: bytes) -> Any:
        """Put stored bytes there as they are, whole or damaged; gives a reference for `open`."""
        return stored

    def store_large(self, content: "Large") -> Any:
        """Put content of more than 4 GiB where streams can be opened on it; gives a reference for `open`.

        Written where the stream can be given such content without having it in memory. What is stored is the
        content itself, whatever `encode` does.
        """
        raise NotImplementedError(f"{type(self).__name__}.store_large is not written")

    def why_not_large(self) -> str:
        """Why large content cannot be stored, '' where it can."""
        if type(self).store_large is not Adapter.store_large:
            return ""
        return "the adapter cannot store it (it has no `store_large`)"

    @property
    def places(self) -> bool:
        """Whether `place` can be trusted: it is what `store` goes through."""
        return type(self).store is Adapter.store or type(self).place is not Adapter.place

    def open(self, ref: Any, surface: str = "") -> Any:
        """A new stream on the stored content, positioned at its start."""
        raise NotImplementedError(f"{type(self).__name__}.open is not written")

    def open_on(self, source: BinaryIO, surface: str = "") -> Any:
        """A new stream that reads stored bytes from `source`, which may give fewer than asked for."""
        raise NotImplementedError(f"{type(self).__name__}.open_on is not written")

    def embed(self, content: bytes, before: bytes, after: bytes) -> Any:
        """Store `content` with foreign bytes before and after it; gives a reference for `open`."""
        raise NotImplementedError(f"{type(self).__name__}.embed is not written")

    def close_opener(self, ref: Any) -> bool:
        """Close and let go of what opened the streams on `ref` (an archive); False where there is nothing."""
        return False

    def format(self, content: bytes, stored: bytes) -> Format | None:
        """What a reader of the stored form of `content` can detect; None where nothing is known of it."""
        return recognised(content, stored)

    def read_back(self, ref: Any) -> bytes | None:
        """The stored bytes by a second way in (for FS-1), or None where there is none."""
        return None

    def stored_form(self, content: bytes) -> bytes:
        """What `read_back` must give for `content`."""
        return self.encode(content)

    def metadata(self, ref: Any) -> object | None:
        """Anything comparable that tells the stored file's metadata (FS-1b), or None."""
        return None

    def let_go(self, ref: Any, stream: Any) -> None:
        """The kit has closed a stream on `ref`, which it may keep: close what was opened for that stream."""

    def discard(self, ref: Any) -> None:
        """The kit is done with `ref`: remove it, close what it holds."""

    def snippet(self, surface: str = "") -> str:
        """Plain Python that opens `stream` from the bytes in `content`, for reproducers.

        Its last line opens the stream. Before it a line `stored = ...` makes the stored bytes, a line
        `source = ...` the binary file that the stream reads from (where `sources`), a line
        `before = after = b""` the foreign bytes (where `ranged`), and a line `opener = ...` what opens it
        and can be closed (where `close_opener`): checks put others in their places.
        """
        given = f", {surface!r}" if surface else ""
        lines = [*self._made().splitlines(), "adapter.setup()"]
        if self.places:
            lines += ["stored = adapter.encode(content)", "ref = adapter.place(stored)"]
        else:
            lines += ["ref = adapter.store(content)"]
        return "\n".join([*lines, f"stream = adapter.open(ref{given})"])

    def large_snippet(self, surface: str = "") -> str:
        """As `snippet`, from large content in `content`."""
        given = f", {surface!r}" if surface else ""
        lines = [*self._made().splitlines(), "adapter.setup()", "ref = adapter.store_large(content)"]
        return "\n".join([*lines, f"stream = adapter.open(ref{given})"])

    def _made(self) -> str:
        kind = type(self).__qualname__
        return self.made_by or f"from {type(self).__module__} import {kind}\nadapter = {kind}()"

    def look(self) -> str:
        """The expression that reads the stored bytes back in `snippet`, before and after its last line."""
        return "adapter.read_back(ref)"

    def surface(self, name: str) -> Surface:
        """The operations of one surface, as the stream spells them."""
        return replace(SURFACES[name].respelled(self.spellings), from_the_end=self.from_the_end)

    def mask(self, text: str) -> str:
        """`text` without what differs from run to run (temporary folders)."""
        return text

    def provenance(self) -> tuple[str | None, str | None]:
        """Distribution and version under test, None where unknown."""
        return provenance_of(self.package)


def provenance_of(module: str) -> tuple[str | None, str | None]:
    """The distribution that brings the top-level package of `module`, and its version."""
    top = module.partition(".")[0]
    if not top:
        return None, None
    if top in sys.stdlib_module_names:
        return f"{platform.python_implementation()} standard library", platform.python_version()
    names = importlib.metadata.packages_distributions().get(top)
    if not names:
        return None, None
    # Several distributions may share a top-level package (backports): then the one of that name is meant.
    name = next((name for name in names if name.lower() == module.lower()), names[0])
    return name, importlib.metadata.version(name)
