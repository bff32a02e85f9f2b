"""A subject as checks see it: streams opened on content, under one surface, each with its own handle."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, TypeVar

from streamtck.adapters import Adapter, Format, Surface
from streamtck.aside import Tell
from streamtck.cases import Case, Scale
from streamtck.content import expression, of_kind
from streamtck.outcomes import describe_error
from streamtck.slate import CALL, LOOK, RELEASE
from streamtck.sparse import Handed, Sparse, sparse
from streamtck.stream import NotOffered, Stream, Vacuous
from streamtck.violation import Violation, script
from streamtck.watch import WATCH, Gone, Hung, Patience, in_time

T = TypeVar("T")

SLOW = 2
"""Seconds that a seek far into large content may take: a stream that seeks by reading is not asked."""


class OpenFailed(Exception):
    """The subject's open() raised in the middle of a run: one line, the error, and its class's name."""

    def __init__(self, text: str, error: BaseException) -> None:
        super().__init__(text)
        self.error = error
        self.kind = type(error).__name__


class NotStored(OpenFailed):
    """Content could not even be stored: the adapter, or the encoder, raised."""


class EmptyRefused(Exception):
    """The subject does not open on empty content (decided by PY-20a, skipped elsewhere)."""


@dataclass
class Handle:
    """A stored content, its reference (with nothing to discard where `kept` is false) and its streams."""

    content: bytes
    ref: Any
    kept: bool = True
    streams: list[Stream] = field(default_factory=list)


@dataclass(frozen=True)
class Encoded:
    """A content, its stored form, and what a reader of that form can detect."""

    content: bytes
    stored: bytes
    form: Format


class Shelf:
    """Streams and stored content that are used again, where it `keeps` any; `used` says that a stream was.

    While it `rests`, streams are not; once one was `stuck` on its way back to the start, none is any more.
    """

    def __init__(self, keeps: bool) -> None:
        self.keeps = keeps
        self.rests = False
        self.stuck = False
        self.used = False
        self.stored: dict[bytes, tuple[Any]] = {}
        self._streams: list[tuple[Any, Stream]] = []

    @property
    def lends(self) -> bool:
        """Whether streams are used again now."""
        return self.keeps and not self.rests and not self.stuck

    def take(self, ref: Any) -> Stream | None:
        """A stream on what is stored there, wherever it stands, or None."""
        for number, (of, stream) in enumerate(self._streams):
            if of is ref and self.lends:
                del self._streams[number]
                self.used = True
                return stream
        return None

    def put(self, ref: Any, stream: Stream) -> bool:
        """Keep a stream for other checks; False where it is of no use to them."""
        if not self.lends or ref is None or not stream.reusable:
            return False
        self._streams.append((ref, stream))
        return True

    def clear(self) -> list[tuple[Any, Stream]]:
        """Give up all streams; each with what it was opened on."""
        streams, self._streams = self._streams, []
        return streams


class Offer:
    """What one subject offers under one surface.

    `operations` says native or absent; `reasons` says why an absent one is. Observations that a
    check makes are kept in `observed` until the engine takes them.
    """

    def __init__(self, surface: Surface, scale: Scale) -> None:
        self.surface = surface
        self.scale = scale
        self.operations: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.observed: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.wants_large = False
        """Whether content of more than 4 GiB is looked at too."""
        self.narrate: Tell | None = None
        """Where it is there, each call is told before it is made, as a script that ends in it."""

    def why_not_large(self) -> str:
        """Why the subject cannot be asked about content of more than 4 GiB, '' where it can."""
        return "the surface serves no content"

    def has(self, operation: str) -> bool:
        """Whether the subject offers an operation natively."""
        return self.operations.get(operation) == "native"

    def native(self, *operations: str) -> list[str]:
        """Those of `operations` that the subject offers."""
        return [name for name in operations if self.has(name)]

    def few(self, choices: Sequence[T], at: int = 0) -> Sequence[T]:
        """All of the choices, or where opening is dear only the one at that place."""
        return choices[at:][:1] if self.scale.sparing else choices

    def observe(self, what: str, seen: str) -> None:
        """Keep what a subject chose to do where the rules leave it free."""
        self.observed[what] = seen

    def strayed(self) -> bool:
        """Whether anything went wrong before the check at hand began."""
        return False

    def rest(self) -> None:
        """Use no stream again until the next release."""

    def renewed(self) -> bool:
        """Whether a stream was used that had been used before; until the next release new ones are."""
        return False

    def stored_anew(self) -> bool:
        """Whether stored content that is used again has changed; it is stored once more."""
        return False

    def release(self) -> None:
        """Let go of all that the check at hand has used."""

    def close(self) -> None:
        """Let go of all that is kept from one check to the next."""


class Probe(Offer):
    """One subject's streams under one surface."""

    def __init__(self, adapter: Adapter, surface: Surface, scale: Scale) -> None:
        super().__init__(surface, scale)
        self.adapter = adapter
        self.refuses_empty: OpenFailed | None = None
        self._handles: list[Handle] = []
        self._shelf = Shelf(scale.sparing)
        self._large: tuple[Any] | None = None
        self._why_not_large: str | None = None
        self.patience = Patience()
        self.closes = True
        self.ends = True
        self._endless: dict[bytes, Violation | None] = {}
        self._endless_lines: dict[bytes, Violation | None] = {}
        self._surface_argument = (surface.name,) if len(adapter.surfaces) > 1 else ()

    def store(self, content: bytes, anew: bool = False) -> Handle:
        """Store content for streams to be opened on; large content is stored once.

        Where opening is dear, all is stored once, unless that must be done `anew`.
        """
        if isinstance(content, Sparse):
            self._large = self._large or (self.adapter.store_large(Handed(content)),)
            self._handles.append(Handle(content, self._large[0], kept=False))
            return self._handles[-1]
        if not content and self.refuses_empty:
            raise EmptyRefused(str(self.refuses_empty))
        ref = None if anew else self._shelf.stored.get(content)
        if ref is not None:
            self._handles.append(Handle(content, ref[0], kept=False))
            return self._handles[-1]
        handle = self._kept(content, partial(self.adapter.store, content))
        if self._shelf.keeps and not anew:
            self._shelf.stored[content], handle.kept = (handle.ref,), False
        return handle

    def _kept(self, content: bytes, stored: Callable[[], Any]) -> Handle:
        try:
            handle = Handle(content, stored())
        except Exception as error:
            text = f"storing {len(content)} bytes raised {describe_error(error)}"
            raise NotStored(text, error) from None
        self._handles.append(handle)
        return handle

    def open(self, content: bytes, before: int = 0) -> Stream:
        """A stream on new content, from which `before` bytes were read."""
        stream = self.open_again(self.store(content))
        if before:
            stream.advance(min(before, len(content)))
        return stream

    def open_case(self, case: Case, form: str = "") -> Stream:
        """The stream that a case describes: `size` bytes of content, `before` of them read, by `form`."""
        stream = self.open(of_kind(case.kind, case.size))
        stream.advance(case.before, form)
        return stream

    def open_or_keep(self, case: Case, stream: Stream | None) -> Stream:
        """The case's stream, or the one at hand where opening is dear and as much is left of it to read."""
        if stream is None or stream.worn or not self._shelf.lends:
            return self.open_case(case)
        if case.before < case.size < stream.offset + max(case.length, 1):
            return self.open_case(case)
        self._shelf.used = True
        return stream

    def done(self, stream: Stream) -> None:
        """The check needs a stream no more; where opening is dear, it may be used again at once."""
        for handle in self._handles:
            if stream in handle.streams and not handle.kept and self._shelf.put(handle.ref, stream):
                handle.streams.remove(stream)

    def open_again(self, handle: Handle, beside: Stream | None = None) -> Stream:
        """A further stream on stored content; one that is used `beside` another shares its trace."""
        large = isinstance(handle.content, Sparse)
        return self._opened(handle, self.large_snippet() if large else self.snippet(), beside=beside)

    def snippet(self) -> str:
        """Plain Python that opens `stream` under this surface."""
        return self.adapter.snippet(*self._surface_argument)

    def large_snippet(self) -> str:
        """The same on large content."""
        return self.adapter.large_snippet(*self._surface_argument)

    def why_not_large(self) -> str:
        """Why the subject cannot be asked about content of more than 4 GiB, '' where it can."""
        if self._why_not_large is None:
            self._why_not_large = self.adapter.why_not_large() or self._not_stored_large()
        return self._why_not_large

    def _not_stored_large(self) -> str:
        try:
            handle = self.store(sparse())
        except Exception as error:
            return f"storing it raised {self.adapter.mask(describe_error(error))}"
        try:
            stream = self.open_again(handle)
            began = time.monotonic()
            if self.has("seek") and stream.seek(2**31).returned:
                stream.read(stream.bulk_form, 1)
            slow = time.monotonic() - began > SLOW
        except OpenFailed as failed:
            return str(failed)
        except Gone as gone:
            return gone.how
        finally:
            self.release()
        return f"a seek to 2**31 takes more than {SLOW} seconds" if slow else ""

    # Streams that wrap a source

    def encoded(self, content: bytes) -> "Encoded":
        """The stored form of `content`, to be spoilt: NotOffered where it could not be put in place.

        Vacuous where nothing is known of the form, or the content has none.
        """
        if not self.adapter.places:
            raise NotOffered("the adapter cannot put stored bytes in place (it has no `place`)")
        try:
            stored = self.adapter.encode(content)
        except Exception as error:
            raise Vacuous(f"encode() raised {describe_error(error)} for {len(content)} bytes") from None
        form = self.adapter.format(content, stored)
        if form is None:
            raise Vacuous("nothing is known of what the stored form can detect")
        return Encoded(content, stored, form)

    def open_placed(self, content: bytes, stored: bytes, opening: str) -> Stream:
        """A stream on stored bytes other than the content's own; `opening` is Python that does the same."""
        return self._opened(self._kept(content, partial(self.adapter.place, stored)), opening)

    def open_embedded(self, content: bytes, before: bytes, after: bytes, opening: str) -> Stream:
        """A stream on content with foreign bytes before and after it."""
        return self._opened(self._kept(content, partial(self.adapter.embed, content, before, after)), opening)

    def open_on(self, content: bytes, source: BinaryIO, opening: str) -> Stream:
        """A stream that reads the stored form of `content` from `source`."""
        handle = Handle(content, None, kept=False)
        self._handles.append(handle)
        try:
            return self._opened(handle, opening, source)
        except OpenFailed as failed:
            if isinstance(failed.error, AttributeError) or self.surface.says_unsupported(failed.error):
                raise NotOffered(f"the stream opens on no source of the kit's: {failed}") from None
            raise

    def _opened(
        self,
        handle: Handle,
        opening: str,
        source: BinaryIO | None = None,
        beside: Stream | None = None,
    ) -> Stream:
        opened = self.adapter.open if source is None else self.adapter.open_on
        made = partial(opened, handle.ref if source is None else source, *self._surface_argument)
        shelved = None if source is not None or beside is not None else self._shelf.take(handle.ref)
        stream = Stream(
            self._made(made, opening, handle) if shelved is None else shelved.raw,
            self.surface,
            handle.content,
            opening,
            frozenset(name for name, state in self.operations.items() if state == "native"),
            self.adapter.mask,
            partial(self._never_ends, handle.content),
            beside,
        )
        if shelved is not None:
            stream.back = partial(
                self._at_its_start, shelved, handle, partial(self._made, made, opening, handle)
            )
        stream.patience = self.patience
        stream.asked = self.asked
        if not WATCH.closes:
            WATCH.kept_open.append(stream.raw)
        handle.streams.append(stream)
        return stream

    def _made(self, made: Callable[[], Any], opening: str, handle: Handle) -> Any:
        """What a new open() gives."""
        self.asked["opens"] += 1
        try:
            return self._in_time(made, opening, handle.content)
        except Gone:
            raise
        except BaseException as error:
            WATCH.let_pass(error)
            said = self.adapter.mask(describe_error(error))
            raise OpenFailed(f"open() raised {said} for {len(handle.content)} bytes", error) from None

    def _at_its_start(self, shelved: Stream, handle: Handle, new: Callable[[], Any]) -> Any:
        """A stream that was used before, at its start again, or a new one where it does not go there."""
        raw, spelled = shelved.raw, self.surface.spellings
        tells = spelled["position"].made(raw) if self.has("position") else None
        try:
            with in_time("seek(0)", self.patience.seconds):
                if tells is not None and tells() == 0:
                    return raw
                spelled["seek"].made(raw, (0,))()
                self.asked["seeks"] += 1
                if tells is None or tells() == 0:
                    return raw
        except Gone:
            self.patience.lost += 1
            self._shelf.stuck = True
            return new()
        except Exception:
            self._shut(shelved, handle.ref)
        else:
            self._shut(shelved, handle.ref)
        return new()

    def _shut(self, stream: Stream, ref: Any) -> None:
        """Close a stream on what is kept; once a close() did not come back here, streams are left open."""
        if self.closes and WATCH.closes:
            with _purpose(RELEASE):
                self.closes = _quietly(stream.close) and self.closes
                _quietly(partial(self.adapter.let_go, ref, stream.raw))

    def _in_time(self, made: Callable[[], Any], opening: str, content: bytes) -> Any:
        """What an open() gives; Hung where it takes too long."""
        text = f"open() on {len(content)} bytes"
        if WATCH.looking and text in WATCH.avoided:
            raise WATCH.avoided[text]
        if WATCH.slate is not None:
            WATCH.slate.begin(text, self.patience.seconds, (), [], (opening, content))
        try:
            with in_time(text, self.patience.seconds):
                return made()
        except Hung as hung:
            self.patience.lost += 1
            WATCH.avoided[text] = hung
            hung.call = text
            hung.script = script(opening, expression(content), [f"# {text} does not come back"])
            raise
        finally:
            if WATCH.slate is not None:
                WATCH.slate.end()

    def unworn(self) -> Stream | None:
        """An open stream that further calls can be tried on, where opening is dear."""
        streams = [stream for handle in self._handles for stream in handle.streams]
        return streams[-1] if self._shelf.keeps and streams and not streams[-1].worn else None

    def rest(self) -> None:
        self._shelf.rests = True

    def renewed(self) -> bool:
        used, self._shelf.used = self._shelf.used, False
        self._shelf.rests = used
        for ref, stream in self._shelf.clear():
            self._shut(stream, ref)
        return used

    def stored_anew(self) -> bool:
        changed = [content for content, (ref,) in self._shelf.stored.items() if self._changed(content, ref)]
        for content in changed:
            (ref,) = self._shelf.stored.pop(content)
            _quietly(partial(self.adapter.discard, ref))
        return bool(changed)

    def _changed(self, content: bytes, ref: Any) -> bool:
        """Whether what is stored is there no more, or is not what was stored."""
        try:
            found = self.adapter.read_back(ref)
            return found is not None and found != self.adapter.stored_form(content)
        except Exception:
            return True

    def close(self) -> None:
        self.renewed()
        for (ref,) in (*self._shelf.stored.values(), *([self._large] if self._large else [])):
            _quietly(partial(self.adapter.discard, ref))
        self._shelf.stored, self._large = {}, None

    def strayed(self) -> bool:
        """Whether any stream opened since the last release met wrong bytes before its check began."""
        return any(stream.strayed for handle in self._handles for stream in handle.streams)

    def _never_ends(self, content: bytes, operation: str) -> Violation | None:
        """What shows that `operation` would never come to the end of this content, None where it does.

        Bounded reads are looked at, before a list of lines the single lines too; once for each content.
        """
        forms = self.native("read_bytes", "readinto", "read1", "read_byte")
        forms = forms[:1] if self._shelf.keeps else forms
        endless = self._once(self._endless, content, forms, Stream.never_ends)
        if endless or not operation.startswith("readlines"):
            return endless
        forms = self.native("readline", "iter" if self.has("iter") else "next")
        return self._once(self._endless_lines, content, forms, Stream.lines_never_end)

    def _once(
        self,
        known: dict[bytes, Violation | None],
        content: bytes,
        forms: list[str],
        look: Callable[[Stream, str], Violation | None],
    ) -> Violation | None:
        """What shows that a stream on `content` never ends, None also once such a look did not come back."""
        if content not in known:
            known[content] = None
            try:
                with _purpose(LOOK):
                    for form in forms if self.ends and WATCH.ends else ():
                        known[content] = known[content] or look(self.open(content), form)
            except Gone:
                self.ends = False
        return known[content]

    def release(self) -> None:
        """Close every stream opened since the last release and discard what was stored."""
        handles, self._handles = self._handles, []
        with _purpose(RELEASE):
            for handle in handles:
                for stream in handle.streams:
                    if handle.kept or not self._shelf.put(handle.ref, stream):
                        self._shut(stream, handle.ref)
                if handle.kept:
                    _quietly(partial(self.adapter.discard, handle.ref))
        self._shelf.rests = False


def _quietly(action: Callable[[], Any]) -> bool:
    """Whether an action came back, be it with an error."""
    try:
        action()
    except KeyboardInterrupt:
        raise
    except Hung:
        return False
    except BaseException:
        return True
    return True


@contextlib.contextmanager
def _purpose(purpose: int) -> Iterator[None]:
    """What the calls inside are made for, told to whoever watches."""
    slate = WATCH.slate
    before = slate.purpose if slate is not None else CALL
    if slate is not None:
        slate.purpose = purpose
    try:
        yield
    finally:
        if slate is not None:
            slate.purpose = before
