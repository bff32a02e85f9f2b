"""WR: streams that wrap a source. The kit cuts, damages and joins what is stored, and lays more around."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from streamtck import expect
from streamtck.cases import Case, Cases, Scale, fixed
from streamtck.content import LIMIT, coded, expression, of_kind, shown
from streamtck.guards import Window
from streamtck.outcomes import Read, as_bytes
from streamtck.probe import Encoded, NotStored, OpenFailed, Probe
from streamtck.registry import check
from streamtck.sources import source, with_foreign, with_members, with_source, with_stored
from streamtck.stream import CALL_LIMIT, PREADS, NotOffered, Stream, Unreachable, Vacuous
from streamtck.violation import Violation, script

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

READS = "read_byte|read_bytes|readinto"
SIZED = ("read_bytes", "readinto", "read1", "readinto1", "read_byte")
WHOLE = ("read_all", "readall")
LINES = ("readline", "next")
BYTE_WALK = 1000
"""Bytes of content that are still read one by one."""

ENDLESS = 1 << 23
"""Bytes too many of a damaged source of at most some ten thousands, after which a stream never ends."""

NAME = 6
"""Bytes at the start by which a format is known."""

FOREIGN = 500
"""Foreign bytes before and after an embedded payload."""


# Reading on until the end or an error, by one form


@dataclass(frozen=True, slots=True)
class Ending:
    """What one form of reading gave in all from `start` on: `data`, and the read that gave no more.

    `partly`: it is a form that need not look at what it does not serve, as a positioned read or a look ahead.
    """

    stream: Stream
    data: bytes
    last: Read
    start: int = 0
    partly: bool = False

    @property
    def right(self) -> bool:
        """Whether it gave what the content has there."""
        return self.data == self.stream.content[self.start :]


def endings(stream: Stream, form: str, step: int, most: int = 0) -> Ending:
    """Read `step` bytes at a time by `form`, up to the end, an error, or far more than there can be."""
    parts: list[bytes] = []
    given = 0
    most = most or 2 * len(stream.content) + 4 * FOREIGN
    partly = form in PREADS
    for _ in range(CALL_LIMIT):
        read = stream.positioned(form, given, step) if partly else _read(stream, form, step)
        parts.append(read.data or b"")
        given += len(parts[-1])
        if read.data is None or given > most:
            break
    return Ending(stream, b"".join(parts), read, partly=partly)


def _read(stream: Stream, form: str, step: int) -> Read:
    """One read by any form but the positioned ones; StopIteration is the end, too."""
    if form == "read_window":
        return stream.read_window(Window(step), 0, step)
    if form == "read_view":
        return stream.read_unsized(form, step)
    if form not in LINES and form not in WHOLE:
        return stream.read(form, step)
    read = stream.read_unsized(form)
    return replace(read, at_end=True, fault="") if isinstance(read.outcome.error, StopIteration) else read


def _peeked(stream: Stream, step: int) -> Ending:
    """The same by reads, each of which begins with a look at what is next; an empty look is the end."""
    data = b""
    for _ in range(CALL_LIMIT):
        read = stream.bytes_of(stream.call("peek", 1), LIMIT)
        if read.data:
            read = _read(stream, stream.bulk_form, step)
        data += read.data or b""
        if not read.data or len(data) > len(stream.content):
            break
    return Ending(stream, data, read, partly=True)


def _listed(stream: Stream) -> Ending:
    """The same by `readlines`, which says by coming back that there is no more."""
    outcome = stream.call("readlines")
    lines = outcome.value if isinstance(outcome.value, list) else []
    data = b"".join(as_bytes(line) or b"" for line in lines)
    fault = "" if outcome.returned else outcome.said
    return Ending(stream, data, Read(outcome, LIMIT, at_end=outcome.returned, fault=fault))


def forms_of(probe: Probe, size: int) -> list[str]:
    """The native forms that read content of `size` bytes to its end in reasonable time."""
    return [form for form in probe.native(*SIZED, *WHOLE) if form != "read_byte" or size <= BYTE_WALK]


def ways_of(probe: Probe, size: int) -> list[tuple[str, Callable[[Stream], Ending]]]:
    """The ways to read on from the start by native forms, those that are bounded first."""

    def by(form: str, step: int) -> tuple[str, Callable[[Stream], Ending]]:
        return form, partial(endings, form=form, step=step)

    sized = [form for form in forms_of(probe, size) if form not in WHOLE]
    ways = [by(form, step) for form in sized for step in ((1000, size) if form == "read_bytes" else (1000,))]
    ways += [by(form, 1000) for form in probe.native("read_view", "read_window", *PREADS)]
    ways += [("peek", partial(_peeked, step=1000))] if probe.has("peek") else []
    ways += [by(form, 1000) for form in probe.native(*WHOLE, *LINES)]
    return ways + ([("readlines", _listed)] if probe.has("readlines") else [])


# WR-1: cut and damaged sources


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Stored bytes of some content after a cut or a damage; `opening` is Python that opens a stream on them.

    `silent`: content that comes back right may end in silence, because no reader need notice. `longer`: it
    may come back longer than it was, until the damage is noticed. `nameless`: what the format is known by is
    spoilt, so that a reader of any file may take it for one that is not encoded, and serve it as it is.
    """

    content: bytes
    stored: bytes
    opening: str
    what: str
    silent: bool
    longer: bool = False
    nameless: bool = False

    @property
    def most(self) -> int:
        """The bytes that a reader can make of the stored ones at the most."""
        longest = len(self.content) + 4 * FOREIGN
        return longest + ENDLESS if self.longer else longest


def cut(probe: Probe, case: Case) -> Spoilt:
    """A case's content cut: `before` bytes kept, or `length` taken off, or `position` thousandths kept.

    With `steps` it is stored as two members, of which the second is cut.
    """
    whole = probe.encoded(of_kind(case.kind, case.size))
    stored, opening = whole.stored, probe.snippet()
    if case.steps:
        opening, stored = _two_members(probe, whole)
    if not whole.form.cut:
        raise Vacuous(f"{whole.form.name} data shows no cut")
    kept = case.before or (len(stored) - case.length if case.length else len(stored) * case.position // 1000)
    if not 0 < kept < len(stored):
        raise Vacuous("nothing is left, or nothing is cut")
    what = f"the source is cut after {kept} of {len(stored)} bytes"
    opening = with_stored(opening, f"stored[:{kept}]")
    silent = not whole.form.ends
    return Spoilt(whole.content, stored[:kept], opening, what, silent, nameless=kept <= NAME)


def _two_members(probe: Probe, whole: Encoded) -> tuple[str, bytes]:
    """The content stored as two members; Vacuous where not both of them are delivered (WR-3a)."""
    middle = len(whole.content) // 2
    opening = with_members(probe.snippet(), (middle,))
    stored = b"".join(probe.adapter.encode(part) for part in (whole.content[:middle], whole.content[middle:]))
    try:
        stream = probe.open_placed(whole.content, stored, opening)
    except OpenFailed as error:
        raise Vacuous(str(error)) from None
    if not whole.form.members or endings(stream, stream.bulk_form, 1000).data != whole.content:
        raise Vacuous(f"of two members of {whole.form.name} data, not both are delivered")
    return opening, stored


def damage(probe: Probe, case: Case) -> Spoilt:
    """A case's content, a byte XORed with `before`: `length` from the end, or `position` thousandths on."""
    whole = probe.encoded(of_kind(case.kind, case.size))
    stored = whole.stored
    if not whole.form.damage:
        raise Vacuous(f"{whole.form.name} data carries no checksum over the content")
    at = len(stored) - case.length if case.length else len(stored) * case.position // 1000
    if not 0 <= at < len(stored):
        raise Vacuous("there is no such byte")
    value = stored[at] ^ case.before
    spoilt = stored[:at] + bytes([value]) + stored[at + 1 :]
    text = f"stored[:{at}] + bytes([{value}]) + stored[{at + 1}:]"
    what = f"byte {at} of the {len(stored)} of the source is damaged"
    opening = with_stored(probe.snippet(), text)
    silent = at - len(stored) not in whole.form.trailer
    return Spoilt(whole.content, spoilt, opening, what, silent, longer=True, nameless=at < NAME)


def _contents() -> Iterator[Case]:
    yield from (Case(size=300), Case(size=8193), Case(size=65536, kind="lines"))


def _thinned(cases: list[Case], scale: Scale) -> list[Case]:
    """All places in the first content; where little is to be looked at, every fifth in the larger ones."""
    least = min(case.size for case in cases)
    return cases[::5] if scale.examples < 10 and least > 300 else cases


def _cuts(scale: Scale) -> Iterator[Case]:
    for case in _contents():
        cases = [replace(case, length=length) for length in (1, 2, 4, 5, 8, 9, 12, 16)]
        cases += [replace(case, before=before) for before in (1, 2, 3, 6, 10, 11, 18, 25)]
        cases += [replace(case, position=position) for position in (100, 500, 900, 990)]
        yield from _thinned(cases, scale)
    second = Case(size=300, steps=(("member", 150),))
    yield from (replace(second, length=length) for length in (1, 4, 8, 12, 30, 100))


def _damages(scale: Scale) -> Iterator[Case]:
    for case in _contents():
        cases = []
        for mask in (0x01, 0x80, 0xFF):
            cases += [replace(case, length=length, before=mask) for length in (1, 3, 4, 5, 7, 8, 10)]
            places = (0, 30, 100, 200, 333, 500, 600, 750, 900, 970)
            cases += [replace(case, position=place, before=mask) for place in places]
        yield from _thinned(cases, scale)


def _drawn_cuts(scale: Scale) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    return st.builds(Case, size=st.integers(1, 3000), position=st.integers(1, 999))


def _drawn_damages(scale: Scale) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    return st.builds(
        Case, size=st.integers(1, 3000), position=st.integers(0, 999), before=st.integers(1, 255)
    )


CUTS = Cases(_cuts, _drawn_cuts)
DAMAGES = Cases(_damages, _drawn_damages)


@dataclass(frozen=True, slots=True)
class Spoiling:
    """What one form made of a spoilt source: an ending, or an open() that raised."""

    spoilt: Spoilt
    ending: Ending | None
    refused: Unreachable | None = None
    error: BaseException | None = None

    def silence(self) -> Violation | None:
        """The violation by an end that was reported as if nothing had happened."""
        ending, spoilt = self.ending, self.spoilt
        if ending is None or ending.last.fault:
            return None
        if not ending.last.at_end:
            return self._no_end(ending)
        if ending.right and (spoilt.silent or ending.partly):
            return None
        if spoilt.nameless and ending.data == spoilt.stored[ending.start :]:
            return None
        content = spoilt.content[ending.start :]
        kind = "the first" if content.startswith(ending.data) else "wrong"
        came = "the right bytes" if ending.right else f"{kind} {len(ending.data)} of {len(content)} bytes"
        wanted, outcome = f"an exception, as {spoilt.what}", ending.last.outcome
        violation = ending.stream.blame_silence(outcome, wanted)
        if not outcome.returned:
            violation = ending.stream.blame(outcome, outcome.said, wanted, "False")
        return replace(violation, got=f"{violation.got}, the end, after {came}")

    def _no_end(self, ending: Ending) -> Violation | None:
        """The violation by bytes that go on and on, far beyond what the stored ones can stand for."""
        if len(ending.data) <= self.spoilt.most:
            return None
        wanted = f"an exception, as {self.spoilt.what}"
        violation = ending.stream.blame_silence(ending.last.outcome, wanted)
        return replace(
            violation, got=f"gave {len(ending.data)} bytes of {len(self.spoilt.content)}, and no end"
        )

    def blame(self, wanted: str) -> Violation:
        """The violation by an error that is not the one wanted."""
        wanted = f"{wanted}, as {self.spoilt.what}"
        if self.ending is None:
            assert self.refused is not None
            return replace(self.refused.violation, wanted=wanted)
        outcome = self.ending.last.outcome
        return self.ending.stream.blame(outcome, outcome.said, wanted, "False")


def read_spoilt(probe: Probe, spoilt: Spoilt) -> Iterator[Spoiling]:
    """What each way of reading makes of a spoilt source; an open() that raises is told once.

    A stream that never ends is told first, and alone: other forms would not come back from it.
    """
    for _, way in ways_of(probe, len(spoilt.content)):
        try:
            stream = probe.open_placed(spoilt.content, spoilt.stored, spoilt.opening)
        except OpenFailed as error:
            refused = unopened(probe, spoilt.content, spoilt.opening, error, f"where {spoilt.what}")
            yield Spoiling(spoilt, None, refused, error.error)
            return
        ending = _to_its_end(way(stream), spoilt)
        yield Spoiling(spoilt, ending, error=_error(ending.last))
        if ending.last.data is not None:
            return
    if probe.has("seek"):
        yield from _after_seeks(probe, spoilt)


def _error(read: Read) -> BaseException | None:
    return None if read.at_end else read.outcome.error


def _to_its_end(ending: Ending, spoilt: Spoilt) -> Ending:
    """The same, read on in larger steps where it gave more than there is: does it ever end?"""
    form = ending.stream.bulk_form
    if ending.last.data is None or len(ending.data) <= len(spoilt.content) or form == "read_byte":
        return ending
    on = endings(ending.stream, form, 65536, spoilt.most)
    return replace(ending, data=ending.data + on.data, last=on.last)


def _after_seeks(probe: Probe, spoilt: Spoilt) -> Iterator[Spoiling]:
    """The same after a seek back to the start, and after a seek forward, over what is then not served."""
    size = len(spoilt.content)
    for first, position in ((size // 2, 0), (0, size // 3), (0, size - 1)):
        stream = probe.open_placed(spoilt.content, spoilt.stored, spoilt.opening)
        if first and not stream.read(stream.bulk_form, first).data:
            continue
        if not stream.seek(position).returned:
            continue
        ending = replace(endings(stream, stream.bulk_form, 1000), start=position, partly=position > 0)
        yield Spoiling(spoilt, ending, error=_error(ending.last))


def _silence(probe: Probe, spoilt: Spoilt) -> Violation | None:
    return next((found for each in read_spoilt(probe, spoilt) if (found := each.silence())), None)


@check("WR-1a", READS, cases=CUTS)
def raises_where_the_source_is_cut(probe: Probe, case: Case) -> Violation | None:
    return _silence(probe, cut(probe, case))


@check("WR-1b", READS, cases=DAMAGES)
def raises_where_the_source_is_damaged(probe: Probe, case: Case) -> Violation | None:
    return _silence(probe, damage(probe, case))


# Walking through the whole content, each read looked at


def walk(stream: Stream, form: str, step: int) -> Violation | None:
    """`form` must give the content to its end, in reads of `step` bytes, and then the end."""
    size = len(stream.content)
    for _ in range(CALL_LIMIT):
        before = stream.offset
        if form in WHOLE:
            violation = expect.all_bytes(stream, stream.read_rest(form), before, size - before)
            return violation or expect.the_end(stream, stream.read_rest(form))
        read = _read(stream, form, step)
        if before >= size:
            return expect.the_end(stream, read)
        violation = expect.next_bytes(stream, read, before, read.asked)
        if violation:
            return violation
    return None


def unopened(probe: Probe, content: bytes, opening: str, error: OpenFailed, why: str) -> Unreachable:
    """The violation by an open() that raised, although it had to give a stream: `why` says on what."""
    got = str(error).removeprefix("open() ")
    text = script(opening, expression(content), [])
    return Unreachable(Violation(f"open() {why}", got, "a stream", text, error.kind))


# WR-2: sources that give less than asked for


LITTLE = fixed(
    Case(size=size, length=most, kind=kind)
    for size, most, kind in (
        *((size, 1, "") for size in (1, 300, 8193)),
        *((size, most, "") for size in (300, 8193, 65537) for most in (7, 100, 1000)),
        (65536, 511, "lines"),
        (300000, 4096, ""),
    )
)


@check("WR-2a", READS, cases=LITTLE)
def reads_a_source_on_that_gives_little(probe: Probe, case: Case) -> Violation | None:
    # A source that does not seek may be refused, by open() or by a read; to end early or to go wrong is not.
    if not probe.adapter.sources:
        raise NotOffered("the adapter opens no stream on a source of the kit's (it has no `open_on`)")
    content = of_kind(case.kind, case.size)
    stored = probe.adapter.encode(content)
    for form in [*forms_of(probe, case.size), *probe.native(*LINES)]:
        made = f"Source(stored, {case.length})"
        opening = with_source(probe.snippet(), made, probe.surface.name)
        try:
            stream = probe.open_on(content, source(stored, case.length), opening)
        except OpenFailed as error:
            why = f"on a source that gives at most {case.length} bytes at a time"
            raise unopened(probe, content, opening, error, why) from None
        violation = walk(stream, form, 5000)
        if violation and not _asks_for_more(violation):
            return replace(violation, on_the_way=True)
    return _from_a_source_that_does_not_seek(probe, content, stored, case.length)


def _from_a_source_that_does_not_seek(
    probe: Probe, content: bytes, stored: bytes, most: int
) -> Violation | None:
    made = f"Source(stored, {most}, seeks=False)"
    opening = with_source(probe.snippet(), made, probe.surface.name)
    try:
        stream = probe.open_on(content, source(stored, most, seeks=False), opening)
    except (OpenFailed, NotOffered) as error:
        probe.observe("a source that does not seek", f"is refused: {error}")
        return None
    violation = walk(stream, stream.bulk_form, 5000)
    if violation is None or "raised" in violation.got:
        return None
    return replace(violation, on_the_way=True)


def _asks_for_more(violation: Violation) -> bool:
    """Whether the stream hands a call on that the source, a raw file, does not have: read1(), peek()."""
    return violation.shows == "AttributeError" and "'Source' object has no attribute" in violation.got


# WR-3: several members; WR-8: what follows the payload

MEMBERS = fixed(
    Case(size=size, steps=tuple(("member", end) for end in ends))
    for size, ends in (
        (300, (100,)),
        (300, (100, 200)),
        (300, (1, 2, 3)),
        (8193, (8192,)),
        (8193, (4096, 4096, 4096)),
        (300, (0, 300)),
        (65537, (100, 65536)),
        (200000, (65536, 131072)),
    )
)


@check("WR-3a", READS, cases=MEMBERS)
def delivers_every_member(probe: Probe, case: Case) -> Violation | None:
    # `steps` says where one member ends and the next begins; two ends alike make an empty member.
    content = coded(case.size)
    form = probe.encoded(content).form
    if not form.members:
        raise Vacuous(f"{form.name} data has no members in a row")
    ends = tuple(end for _, end in case.steps)
    parts = [content[a:b] for a, b in zip((0, *ends), (*ends, case.size), strict=True)]
    opening = with_members(probe.snippet(), ends)
    stored = b"".join(probe.encoded(part).stored for part in parts)

    def opened() -> Stream:
        try:
            return probe.open_placed(content, stored, opening)
        except OpenFailed as error:
            raise unopened(probe, content, opening, error, f"on {len(parts)} members") from None

    for name in [*forms_of(probe, case.size), *probe.native(*LINES)]:
        for step in (5000, max(1, ends[0])) if case.size <= 8193 and name not in LINES else (5000,):
            violation = walk(opened(), name, step)
            if violation:
                return violation
    return (
        _members_listed(probe, opened)
        or _members_by_position(probe, opened, ends)
        or (_members_after_seeks(opened, ends) if probe.has("seek") else None)
    )


def _members_listed(probe: Probe, opened: Callable[[], Stream]) -> Violation | None:
    """The lines of all members in one list."""
    if not probe.has("readlines"):
        return None
    ending = _listed(opened())
    if ending.right and ending.last.at_end:
        return None
    outcome = ending.last.outcome
    got = f"gave lines of {len(ending.data)} bytes" if outcome.returned else outcome.said
    wanted = f"the lines of all {len(ending.stream.content)} bytes"
    return ending.stream.blame(outcome, got, wanted, 'b"".join(got) == content')


def _members_by_position(
    probe: Probe, opened: Callable[[], Stream], ends: tuple[int, ...]
) -> Violation | None:
    """Positioned reads from each member, on a fresh stream."""
    for form in probe.native(*PREADS):
        for position in dict.fromkeys(ends):
            stream = opened()
            if position < len(stream.content):
                read = stream.positioned(form, position, 100)
                violation = expect.next_bytes(stream, read, position, read.asked)
                if violation:
                    return violation
    return None


def _members_after_seeks(opened: Callable[[], Stream], ends: tuple[int, ...]) -> Violation | None:
    """The rest after a seek forward into a later member, and all of it once more after a seek back."""
    for before, position in ((0, ends[-1]), (1, ends[0]), (LIMIT, 0), (LIMIT, ends[0])):
        stream = opened()
        stream.advance(min(before, len(stream.content)))
        if not stream.seek(position).returned:
            continue
        violation = walk(stream, stream.bulk_form, 5000)
        if violation:
            return violation
    return None


FOLLOWED = fixed(
    Case(size=size, kind=kind) for size in (0, 300, 8193) for kind in ("zeros", "spaces", "lines")
)


@check("WR-8a", READS, cases=FOLLOWED)
def serves_nothing_that_follows(probe: Probe, case: Case) -> Violation | None:
    # To refuse what follows by an exception, and to pass it over, are both legal.
    payload = probe.encoded(coded(case.size))
    content = payload.content
    if not payload.form.ends:
        raise Vacuous(f"{payload.form.name} data does not say where it ends")
    after = of_kind(case.kind, FOREIGN)
    opening = with_stored(probe.snippet(), f"stored + {expression(after)}")
    for name in [*forms_of(probe, case.size), *probe.native(*LINES, *PREADS)]:
        try:
            stream = probe.open_placed(content, payload.stored + after, opening)
        except OpenFailed as error:
            probe.observe("bytes after the payload", f"open() raises {error.kind}")
            return None
        violation = _served(probe, stream, name)
        if violation:
            return violation
    return None


def _served(probe: Probe, stream: Stream, form: str) -> Violation | None:
    size = len(stream.content)
    for _ in range(CALL_LIMIT):
        left = size - stream.offset
        read = stream.positioned(form, stream.offset, 1000) if form in PREADS else _read(stream, form, 1000)
        if form in PREADS:
            stream.offset += len(read.data or b"")
        if read.data is None:
            probe.observe("bytes after the payload", "passed over" if read.at_end else read.got)
            return None
        if left == 0:
            return expect.the_end(stream, read)
        if len(read.data) > left:
            wanted = f"{left} bytes at the most, and nothing of the {FOREIGN} that follow the payload"
            holds = f"{'got' if read.window else 'len(got)'} <= {left}"
            return stream.blame(read.outcome, f"gave {len(read.data)} bytes", wanted, holds)
    return None


# WR-4: a part of a larger source

EMBEDDED = fixed(
    Case(size=size, before=before) for size in (1, 300, 8193) for before in sorted({0, size // 2, size})
)
BEYOND = ("peek", "readline", "next")
AS_MUCH: tuple[tuple[Any, ...], ...] = (
    *(("read_bytes", -1), ("read1", -1), ("read1_any",)),
    *(("readline_size", -1), ("readline_size", 5000), ("readlines",)),
)
OWN_RULE = {"readinto": ("IS-7a",), "read1": ("PY-6a",), "readinto1": ("PY-7a",)}
"""What a form that goes astray by itself is blamed for, whatever lies around the part."""


def embedded(probe: Probe, content: bytes) -> Stream:
    """A stream on content that has foreign bytes on both sides, other than its own in every place."""
    if not probe.adapter.ranged:
        raise NotOffered("the adapter puts nothing around the payload (it has no `embed`)")
    foreign = of_kind("inverted", 2 * FOREIGN)
    text = expression(foreign)
    opening = with_foreign(probe.snippet(), f"{text}[:{FOREIGN}]", f"{text}[{FOREIGN}:]")
    try:
        return probe.open_embedded(content, foreign[:FOREIGN], foreign[FOREIGN:], opening)
    except OpenFailed as error:
        raise unopened(probe, content, opening, error, "with foreign bytes around the payload") from None


@check("WR-4a", READS, cases=EMBEDDED)
def serves_nothing_from_outside(probe: Probe, case: Case) -> Violation | None:
    # What goes wrong with nothing around it too is no matter of what is outside.
    content = coded(case.size)
    for form in forms_of(probe, case.size):
        for step in (1, 5000) if case.size <= BYTE_WALK else (5000,):
            violation = _walk_from(embedded(probe, content), case, form, step)
            if violation and not _walk_from(probe.open(content), case, form, step):
                return replace(violation, causes=OWN_RULE.get(form, ()))
    for form in probe.native(*BEYOND):
        violation = _unsized(embedded(probe, content), case, form)
        if violation and not _unsized(probe.open(content), case, form):
            return violation
    for form, *arguments in AS_MUCH:
        violation = _as_much(probe, content, case, form, *arguments) if probe.has(form) else None
        if violation:
            return violation
    return _by_seeking(probe, content) or _by_position(probe, content)


def _walk_from(stream: Stream, case: Case, form: str, step: int) -> Violation | None:
    stream.advance(case.before)
    return walk(stream, form, step)


def _as_much(probe: Probe, content: bytes, case: Case, form: str, *arguments: int) -> Violation | None:
    """A form that is asked for all there is, or more, must stop at the end of the part."""
    for before in (case.before, case.size):
        stream = embedded(probe, content)
        stream.advance(before)
        left = content[stream.offset :]
        outcome = stream.call(form, *arguments)
        parts = outcome.value if isinstance(outcome.value, list) else [outcome.value]
        data = b"".join(as_bytes(part) or b"" for part in parts)
        # What is wrong with it otherwise shows without foreign bytes, too.
        if len(data) > len(left) and data.startswith(left):
            wanted = f"{len(left)} bytes at the most, and nothing of the {FOREIGN} that follow the part"
            length = "sum(map(len, got))" if isinstance(outcome.value, list) else "len(got)"
            return stream.blame(outcome, f"gave {len(data)} bytes", wanted, f"{length} <= {len(left)}")
    return None


def _unsized(stream: Stream, case: Case, form: str) -> Violation | None:
    """A form that chooses how much it gives, from a place inside and at the end."""
    arguments = (1,) if form == "peek" else ()
    for before in (case.before, case.size):
        stream.advance(before)
        if stream.offset < case.size:
            offset = stream.offset
            read = stream.read_unsized(form, *arguments)
            violation = expect.next_bytes(stream, read, offset, case.size - offset)
            stream.offset = offset if form == "peek" else stream.offset
        elif form != "next":
            violation = expect.the_end(stream, stream.read_unsized(form, *arguments))
        else:
            outcome = stream.call(form)
            violation = None if isinstance(outcome.error, StopIteration) else expect.an_error(stream, outcome)
        if violation:
            return violation
    return None


def _by_seeking(probe: Probe, content: bytes) -> Violation | None:
    """Reads after seeks to the edges and beyond; a seek that is refused, or clamped, is no matter here."""
    size = len(content)
    for position in (size, size + 1, size + FOREIGN // 2, -1, -FOREIGN // 2) if probe.has("seek") else ():
        stream = embedded(probe, content)
        if stream.seek(position).returned:
            violation = _inside(stream, max(position, 0))
            if violation:
                return replace(violation, causes=("SK-11a",) if position > size else ())
    for by in (0, -1, -size, -size - 1, 1) if probe.has("seek_from") else ():
        stream = embedded(probe, content)
        if stream.call("seek_from", by, 2).returned:
            violation = _inside(stream, max(size + by, 0))
            if violation:
                return violation
    return None


def _inside(stream: Stream, position: int) -> Violation | None:
    stream.offset = min(position, len(stream.content))
    read = stream.read(stream.bulk_form, 100)
    if read.data is None:
        return None
    if position >= len(stream.content):
        return expect.the_end(stream, read)
    return expect.next_bytes(stream, read, position, read.asked)


def _by_position(probe: Probe, content: bytes) -> Violation | None:
    """Positioned reads across the end, behind it, and before the start, where some count from the end."""
    size = len(content)
    for form in probe.native(*PREADS):
        for position in (size - 1, size, size + 1, -1, -size - 1):
            stream = embedded(probe, content)
            read = stream.positioned(form, position, 100)
            if read.data and position >= size:
                return expect.the_end(stream, read)
            if read.data and not content[position:].startswith(read.data):
                window = f"bytes(buffer)[{read.start}:{read.start} + got]" if read.window else "got"
                wanted = f"nothing but the bytes of the part from offset {position % size} on"
                holds = f"content[{position}:].startswith({window})"
                return stream.blame(read.outcome, f"gave {shown(read.data)}", wanted, holds)
    return None


# WR-5, WR-6: several handles, and the object that opened them

IN_TURN = fixed(
    Case(size=size, before=before)
    for size in (2, 300, 8193, 65537)
    for before in sorted({0, 1, size // 2, size - 1})
)


def disturbed(probe: Probe, case: Case) -> Violation | None:
    """What goes wrong with two streams on one stored content that are used in turn, then closed in turn.

    What goes wrong with either of them alone is no disturbance: Vacuous.
    """
    handle = probe.store(coded(case.size))
    first = probe.open_again(handle)
    first.advance(case.before)
    try:
        second = probe.open_again(handle, beside=first)
    except OpenFailed as error:
        return first.blame_open(probe.snippet(), error.error, str(error).removeprefix("open() "))
    return _turns(probe, case, first, second, STEPS) or _more_turns(probe, case)


STEPS = (
    *((1, "read", 7), (0, "read", 10), (1, "read", 5000), (0, "read", 3), (1, "read", 1)),
    *((0, "seek", 3), (1, "read", 9), (0, "read", 9), (1, "seek", 0), (0, "read", 9), (1, "read", 9)),
    *((0, "close", 0), (1, "read", 100)),
)
"""What is done with the first (0) and the second (1) of two streams in turn, and how much of it."""


def _by_turns(form: str) -> tuple[tuple[int, str, int], ...]:
    """The same with one form between the other's reads."""
    once = ((0, "read", 1), (1, "read", 1), (0, form, 10), (1, "read", 9), (1, form, 10), (0, "read", 9))
    return (*once, (1, form, 10), (0, form, 10), (1, "read", 9), (0, "read", 9))


def _more_turns(probe: Probe, case: Case) -> Violation | None:
    """Two streams in turn by forms that have buffers or seek on their own, from one place of a size."""
    if case.before != case.size // 2 or case.size < 300:
        return None
    for form in probe.native("readline", "peek", *PREADS):
        handle = probe.store(coded(case.size))
        first = probe.open_again(handle)
        first.advance(case.before)
        second = probe.open_again(handle, beside=first)
        violation = _turns(probe, case, first, second, _by_turns(form))
        if violation:
            return violation
    return None


def _turns(
    probe: Probe, case: Case, first: Stream, second: Stream, steps: tuple[tuple[int, str, int], ...]
) -> Violation | None:
    violation = _in_turn((first, second), steps)
    if violation is None:
        return None
    for before, mine in ((case.before, 0), (0, 1)):
        alone = probe.open(coded(case.size), before)
        if _in_turn((alone, None) if mine == 0 else (None, alone), steps):
            raise Vacuous("a stream goes wrong by itself, without the other")
    return violation


def _in_turn(
    streams: tuple[Stream | None, Stream | None], steps: tuple[tuple[int, str, int], ...]
) -> Violation | None:
    """Steps of two streams in turn; what the one that is None would do is left out."""
    for number, what, amount in steps:
        stream = streams[number]
        violation = _step(stream, what, amount) if stream is not None else None
        if violation:
            return violation
    return None


def _step(stream: Stream, what: str, amount: int) -> Violation | None:
    if what == "read":
        return _goes_on(stream, amount)
    if what == "close":
        stream.close()
    elif what != "seek":
        return _shown(stream, what, amount)
    elif "seek" in stream.native:
        return expect.no_error(stream, stream.seek(len(stream.content) // amount if amount else 0))
    return None


def _shown(stream: Stream, form: str, amount: int) -> Violation | None:
    """What a line, a look ahead or a positioned read gives must be what is there."""
    offset, size = stream.offset, len(stream.content)
    at = size // 3 if form in PREADS else offset
    if form in PREADS:
        read = stream.positioned(form, at, amount)
    else:
        read = stream.read_unsized(form, *((1,) if form == "peek" else ()))
        stream.offset = offset if form == "peek" else stream.offset
    return expect.next_bytes(stream, read, at, read.asked) if at < size else expect.the_end(stream, read)


def _goes_on(stream: Stream, most: int) -> Violation | None:
    return expect.goes_on(stream, stream.offset, most)


@check("WR-5a", READS, cases=IN_TURN)
def keeps_two_handles_apart(probe: Probe, case: Case) -> Violation | None:
    return disturbed(probe, case)


@check("WR-6a", READS, cases=fixed(Case(size=size, before=size // 2) for size in (300, 65537)))
def outlives_what_opened_it(probe: Probe, case: Case) -> Violation | None:
    # Whatever opened the stream is gone but for what the stream itself holds; then it is closed as well.
    handle = probe.store(coded(case.size))
    stream = probe.open_again(handle)
    stream.advance(case.before)
    gc.collect()
    violation = _goes_on(stream, 100)
    if violation is None and probe.adapter.close_opener(handle.ref):
        if "opener = " in probe.snippet():
            stream.note("opener.close()")
            stream.note("del opener")
        else:
            stream.note("adapter.close_opener(ref)")
        violation = _goes_on_to_the_end(stream)
    return violation


def _goes_on_to_the_end(stream: Stream) -> Violation | None:
    """Further reads to the end of the content, beyond what may be buffered."""
    for _ in range(CALL_LIMIT):
        if stream.offset >= len(stream.content):
            break
        violation = _goes_on(stream, 5000)
        if violation:
            return violation
    return None


# WR-7: nothing inside


@check("WR-7a", READS, cases=fixed([Case()]))
def serves_an_empty_payload(probe: Probe, case: Case) -> Violation | None:
    if isinstance(probe.refuses_empty, NotStored):
        raise Vacuous(f"an empty payload cannot be stored: {probe.refuses_empty}")
    if probe.refuses_empty is not None:
        raise unopened(probe, b"", probe.snippet(), probe.refuses_empty, "of an empty payload")
    openings: list[Callable[[], Stream]] = [partial(probe.open, b"")]
    openings += [partial(embedded, probe, b"")] if probe.adapter.ranged else []
    for opened in openings:
        stream = None
        for form in probe.native(*SIZED, *WHOLE):
            stream = stream if stream is not None and probe.scale.sparing else opened()
            violation = expect.the_end(
                stream, stream.read(form, 10) if form in SIZED else stream.read_rest(form)
            )
            if violation:
                return violation
    return None
