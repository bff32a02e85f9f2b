"""PR: positioned reads, native ones only. They neither use nor move the stream's own position."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle, product

from streamtck import content as coding
from streamtck import expect
from streamtck.cases import (
    FAR,
    INSIDE,
    LARGE,
    LARGE_END,
    LONG_MAX,
    NEGATIVE,
    SPARSE,
    Case,
    Cases,
    Scale,
    marks,
)
from streamtck.checks.inputstream import (
    BEFORE_THE_BUFFER,
    BEHIND_THE_BUFFER,
    BUFFER,
    NEGATIVE_LENGTH,
    TOO_LONG,
    fill,
)
from streamtck.guards import KINDS, Window
from streamtck.outcomes import Outcome, Read, as_bytes, as_count, describe
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.sparse import LARGE_KIND
from streamtck.stream import FULL_READS, POSITIONED, PREADS, WHOLE_BUFFER, Stream, Vacuous
from streamtck.violation import Violation

PLACED = ("pread_window", "read_fully")
"""The forms that take a place in the buffer."""
PLAIN = ("read_byte", "read_bytes", "readinto")

A_PREAD, A_FULL_READ, ANY = "|".join(PREADS), "|".join(FULL_READS), "|".join(POSITIONED)
PAGE = 8192


def _places(scale: Scale) -> Iterator[Case]:
    """Positions in the content, at its end and past it, from a fresh stream and from elsewhere."""
    for size in scale.sizes:
        for position in (*marks(size, scale.pages), size, size + 1, size + 4096):
            yield Case(size=size, position=position)
    for size in (1, 300, 8193):
        for position in FAR:
            yield Case(size=size, position=position)
    for case in SPARSE.edges(scale):
        if case.before != case.position:
            yield case
    large = scale.large[-1]
    for position in (0, 65536, 131072, large // 2, large - 1):
        yield Case(size=large, position=position)


@check("PR-1a", A_PREAD, cases=Cases(_places, INSIDE.drawn), large=(*LARGE, *LARGE_END))
def reads_the_bytes_at_a_position(probe: Probe, case: Case) -> Violation | None:
    # Every count from 1 up is taken, as short reads are legal. Then once elsewhere and back again, as a
    # stream may have kept what it read before.
    if case.before == case.position > 0:
        raise Vacuous("at the stream's own position, PR-2a asks")
    lengths = _lengths(case)
    asked = [(case.position, length) for length in (lengths[1::3] if probe.scale.sparing else lengths)]
    for form in probe.native(*PREADS):
        for bring in _ways(probe, case, case.before):
            stream = bring(probe, case, case.before)
            for number, (position, length) in enumerate((*asked, (0, 10), (case.position, 10))):
                read = stream.positioned(form, position, length, KINDS[number % 2])
                violation = _bytes_at(stream, read, position)
                if violation is None:
                    continue
                if not _also_by_a_seek(bring(probe, case, case.before), read, position):
                    return violation
    return None


def _walked(probe: Probe, case: Case, place: int) -> Stream:
    """A stream that came to a place by reading; at the end it has reported it."""
    stream = probe.open_case(replace(case, before=place))
    if place == case.size:
        stream.read(stream.bulk_form, 1)
    return stream


def _sought(probe: Probe, case: Case, place: int) -> Stream:
    """A stream that came to a place by a seek, or refused it, after it has read a little elsewhere."""
    stream = probe.open_case(replace(case, before=min(10, case.size)))
    stream.seek(place)
    return stream


def _ways(probe: Probe, case: Case, place: int) -> tuple[Callable[[Probe, Case, int], Stream], ...]:
    """How a place is come to; in large content not by reading all that lies before it."""
    walks = (_walked,) if place <= coding.LIMIT else ()
    ways = (*walks, _sought) if place and probe.has("seek") else walks
    return tuple(probe.few(ways, at=-1))


def _also_by_a_seek(stream: Stream, read: Read, position: int) -> bool:
    """Whether a seek and a plain read in place of a positioned one go wrong too: then that is blamed."""
    if stream.offset == 0 or "seek" not in stream.native or not stream.seek(position).returned:
        return False
    into = next((form for form in ("read_window", "readinto") if form in stream.native), "")
    into = "" if read.window is None and "read_bytes" in stream.native else into
    plain = fill(stream, into, read.asked) if into else stream.read(stream.bulk_form, read.asked)
    return _bytes_at(stream, plain, position) is not None


def _lengths(case: Case) -> list[int]:
    """Small ones, a page, what is left from the position, and one more."""
    left = case.size - case.position
    whole = (left, left + 1) if 0 < left <= coding.LIMIT else ()
    return sorted({1, 100, PAGE, max(case.length, 1), *whole})


def _bytes_at(stream: Stream, read: Read, position: int) -> Violation | None:
    """`read` must give bytes of those at `position`; none at the end and past it."""
    size = len(stream.content)
    if position < size:
        return expect.next_bytes(stream, read, position, read.asked)
    # There it may report the end or raise; what its end looks like, PR-1e decides.
    given, count = as_bytes(read.outcome.value) or b"", as_count(read.outcome.value) or 0
    if not given and count <= 0:
        return None
    whose = coding.origin(stream.content, position, read.data or given)
    got = f"{read.got} ({whose})" if whose else read.got
    holds = "not got" if given else "got <= 0"
    wanted = f"no bytes, or an exception: position {position} is past the last of {size} bytes"
    return stream.blame(read.outcome, got, wanted, holds)


# PR-1b: the stream's own position, as it is told and as plain reads show it.

Act = Callable[[Stream], Outcome]


def _elsewhere_and_near(scale: Scale) -> Iterator[Case]:
    """Positions far from where the stream stands, and near it: in front, behind, at the edge of a page."""
    yield from SPARSE.edges(scale)
    for size in (300, 8193, scale.sizes[-1]):
        for before in (5, size // 2):
            for position in sorted({before - 2, before + 3, before + 1000, *scale.pages}):
                if position < size:
                    yield Case(size=size, before=before, position=position)


@check(
    "PR-1b",
    ANY,
    "read_byte|read_bytes|readinto",
    cases=Cases(_elsewhere_and_near, SPARSE.drawn),
    large=LARGE,
)
def leaves_the_stream_where_it_is(probe: Probe, case: Case) -> Violation | None:
    # Whatever the positioned read comes to: bytes, the end or an exception. Where plain reads go wrong
    # without it as well, it is not to blame.
    for form in probe.native(*POSITIONED):
        for act, plain in _pairs(probe, _acts(form, case)):
            stream = probe.open_case(case)
            times = 1 if probe.scale.sparing else 2
            violation = _disturbed(stream, act, plain, times)
            if violation and not _disturbed(probe.open_case(case), None, plain):
                return violation
            probe.done(stream)
        violation = _beyond(probe, case, form) if probe.has("seek") and probe.has("position") else None
        if violation:
            return violation
    return None


def _pairs(probe: Probe, acts: list[Act]) -> Iterable[tuple[Act, str]]:
    """Every act with every plain form, or with one of them where opening is dear."""
    forms = probe.native(*PLAIN)
    return zip(acts, cycle(forms), strict=False) if probe.scale.sparing else product(acts, forms)


def _beyond(probe: Probe, case: Case, form: str) -> Violation | None:
    """A position beyond the end, where the stream keeps one, stays as well."""
    stream = probe.open_case(replace(case, before=0))
    target = case.size + 100
    if not stream.seek(target).returned or stream.position().value != target:
        return None
    told = _told(stream.positioned(form, case.position, 10).outcome)
    return expect.the_position(stream, target, f", where it was before {told}")


def _acts(form: str, case: Case) -> list[Act]:
    """Positioned reads of bytes and of none, past the end, before the start, and impossible ones."""
    at = case.position
    asked: tuple[tuple[int, int], ...] = (
        (at, case.length or 10),
        (at, PAGE),
        (at, 0),
        (case.size + 5, 10),
        (-1, 10),
    )
    # What a stream that is wrong answers with all its content is not asked for where that is large.
    asked = asked[:2] if case.kind == LARGE_KIND else asked
    acts: list[Act] = [partial(_read, form, position, length) for position, length in asked]
    if form in PLACED:
        acts += [partial(_read_into, form, at, place) for place in ((-1, 1), (0, BUFFER + 1))]
    if form != "pread_bytes":
        acts.append(partial(_read_into_nothing, form, at, (0, 1) if form in PLACED else ()))
    return acts


def _read(form: str, position: int, length: int, stream: Stream) -> Outcome:
    return stream.positioned(form, position, length).outcome


def _read_into(form: str, position: int, place: tuple[int, int], stream: Stream) -> Outcome:
    return stream.positioned_into(form, position, Window(BUFFER, "bytearray"), *place)


def _read_into_nothing(form: str, position: int, place: tuple[int, ...], stream: Stream) -> Outcome:
    return stream.call(form, position, None, *place)


def _disturbed(stream: Stream, act: Act | None, plain: str, times: int = 2) -> Violation | None:
    """A violation where the position told, or what a plain read gives next, is another one after `act`."""
    tells = "position" in stream.native
    for _ in range(times):
        before = stream.position() if tells else None
        by = f" before {_told(act(stream))}" if act else ""
        after = stream.position() if tells else None
        if before and after and before.returned and not (after.returned and after.value == before.value):
            wanted = f"{describe(before.value)}, where it was{by}"
            return stream.blame(after, after.said, wanted, f"got == {describe(before.value)}")
        violation = expect.goes_on(stream, stream.offset, 100, plain)
        if violation:
            return replace(violation, wanted=f"{violation.wanted}, as{by}")
    return None


def _told(outcome: Outcome) -> str:
    return f"{outcome.call} raised" if outcome.error else outcome.call


@check("PR-1c", ANY, cases=NEGATIVE)
def refuses_a_negative_position_to_read_at(probe: Probe, case: Case) -> Violation | None:
    # With length 0 many answer before they look at the position, and no byte can be wrong: not asked.
    for form in probe.native(*POSITIONED):
        for length in (1, 10):
            stream = probe.open_case(case)
            read = stream.positioned(form, case.position, length)
            if form in stream.surface.from_the_end:
                violation = _counted_from_the_end(stream, read, case.position)
            else:
                violation = expect.an_error(stream, read.outcome)
            if violation:
                return violation
            if read.outcome.error:
                probe.observe(f"error of {form} before the start", type(read.outcome.error).__name__)
    return None


def _counted_from_the_end(stream: Stream, read: Read, position: int) -> Violation | None:
    """Where that is documented: the bytes of a slice that begins there, fewer of them, none, or an error."""
    begin = max(0, len(stream.content) + position)
    if not read.outcome.returned or read.at_end or read.data == b"":
        return None
    if begin < len(stream.content):
        return expect.next_bytes(stream, read, begin, read.asked)
    return stream.blame(read.outcome, read.got, "no bytes, as there are none", "not got")


def _from_either_side(scale: Scale) -> Iterator[Case]:
    for size in (0, 1, 300):
        for position in sorted({0, size // 2, size}):
            yield Case(size=size, position=position)


AT_THE_END = tuple(replace(case, length=10) for case in LARGE_END)
"""In content of more than 4 GiB."""

IMPOSSIBLE = (*BEFORE_THE_BUFFER, *BEHIND_THE_BUFFER, *TOO_LONG, *NEGATIVE_LENGTH)


@check("PR-1d", "pread_window|pread_into|read_fully|read_fully_all", cases=Cases(_from_either_side))
def refuses_an_impossible_window_at_a_position(probe: Probe, case: Case) -> Violation | None:
    # As IS-4 and IS-5: at the end too, and with length 0. Every exception will do.
    for form in probe.native(*PLACED):
        for place in IMPOSSIBLE:
            stream = probe.open_case(case)
            outcome = _read_into(form, case.position, place, stream)
            violation = expect.an_error(stream, outcome)
            if violation:
                return violation
    return _no_buffer_is_refused(probe, case)


def _no_buffer_is_refused(probe: Probe, case: Case) -> Violation | None:
    calls: list[tuple[str, tuple[int, ...]]] = [
        (form, place) for form in probe.native(*PLACED) for place in ((0, 0), (0, 1))
    ]
    for form, place in (*calls, *((form, ()) for form in probe.native(*WHOLE_BUFFER))):
        stream = probe.open_case(Case(size=case.size))
        outcome = _read_into_nothing(form, case.position, place, stream)
        violation = expect.an_error(stream, outcome)
        if violation:
            return violation
        probe.observe(f"{form} without a buffer", type(outcome.error).__name__)
    return None


def _ends(scale: Scale) -> Iterator[Case]:
    for size in (0, 1, 300, 8193):
        for position in sorted({0, size // 2, max(size - 1, 0), size, size + 1, size + 5000}):
            for length in (0, 10, 5000):
                yield Case(size=size, position=position, length=length)


@check("PR-1e", ANY, cases=Cases(_ends), large=AT_THE_END)
def keeps_the_rules_for_nothing_the_end_and_the_window(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native(*POSITIONED):
        for kind in KINDS if form != "pread_bytes" else KINDS[:1]:
            stream = probe.open_case(replace(case, position=0, length=0))
            read = stream.positioned(form, case.position, case.length, kind)
            violation = _stray(stream, read, form) or _right_end(probe, stream, read, form, case)
            if violation:
                return violation
    return None


def _right_end(probe: Probe, stream: Stream, read: Read, form: str, case: Case) -> Violation | None:
    """The answer to a read of nothing, and to one at the end or past it; there, raising is legal."""
    outcome = read.outcome
    if case.position >= case.size and outcome.refused:
        probe.observe(f"{form} at the end or past it", f"raises {type(outcome.error).__name__}")
        return None
    if case.length == 0:
        return _nothing(stream, read, form)
    if case.position >= case.size and form in PREADS:
        return expect.the_end(stream, read)
    return None


def _nothing(stream: Stream, read: Read, form: str) -> Violation | None:
    if form in FULL_READS:
        return expect.no_error(stream, read.outcome, "no exception, as nothing was asked for")
    if form != "pread_bytes":
        return expect.the_count(stream, read.outcome, 0, ", as nothing was asked for")
    if read.at_end:
        return None
    return stream.blame(read.outcome, read.got, "b'', as nothing was asked for", "got == b''")


def _stray(stream: Stream, read: Read, form: str) -> Violation | None:
    """A violation where something was written that does not belong to the bytes read.

    A full read, and one that raised, may have used the whole of its window.
    """
    if read.window is None or (read.fault and read.outcome.returned):
        return None
    everything = form in FULL_READS or not read.outcome.returned
    count = read.asked if everything else len(read.data or b"")
    stray = read.window.stray(count, read.start)
    if not stray:
        return None
    got, wanted = f"{read.outcome.said}, but {stray}", f"nothing written besides the {count} bytes read"
    return stream.blame_since(read.outcome.call, got, wanted, read.window.intact(read.start, str(count)))


def _own_positions(scale: Scale) -> Iterator[Case]:
    for size in scale.filled:
        for position in (*marks(size, scale.pages[:2], few=size > 9000), size):
            yield Case(size=size, position=position)


@check("PR-2a", A_PREAD, cases=Cases(_own_positions, INSIDE.drawn), large=LARGE)
def reads_at_its_own_position_what_a_plain_read_gives(probe: Probe, case: Case) -> Violation | None:
    # Both may be short, at different places, so each is held against the content: on a stream that came
    # there by reading, in the midst of what it may have buffered, and by a seek from elsewhere.
    for form in probe.native(*PREADS):
        for bring in _ways(probe, case, case.position):
            stream = bring(probe, case, case.position)
            for length in (1, 10, PAGE):
                violation = _bytes_at(stream, stream.positioned(form, stream.offset, length), stream.offset)
                if violation:
                    return violation
                if not stream.read(stream.bulk_form, 5).data:
                    break
    return None


# PR-3 to PR-5: the full reads. PR-5 alone compares the two, so the others ask one of them.


def _inside(scale: Scale) -> Iterator[Case]:
    for size in scale.filled:
        for position in marks(size, scale.pages):
            yield Case(size=size, position=position)
    for case in SPARSE.edges(scale):
        if case.position < case.size:
            yield case
    for size in (scale.large[0], scale.large[-1]):
        yield Case(size=size, length=size)


@check("PR-3a", A_FULL_READ, cases=Cases(_inside, INSIDE.drawn), large=LARGE)
def fills_the_whole_window_from_a_position(probe: Probe, case: Case) -> Violation | None:
    form = probe.native(*FULL_READS)[0]
    stream = probe.open_case(case)
    left = min(case.size - case.position, coding.LIMIT)
    usual = {1, 100, PAGE, min(left - 1, 2 * PAGE), left} if case.length <= PAGE else set()
    lengths = [length for length in sorted({*usual, case.length}) if 0 < length <= left]
    for number, length in enumerate(lengths):
        read = stream.positioned(form, case.position, length, KINDS[number % 2])
        violation = _filled(stream, read, case.position)
        if violation:
            return violation
    return None


def _filled(stream: Stream, read: Read, position: int) -> Violation | None:
    """`read`, a full one, must have filled its window with the bytes at `position`."""
    end = position + read.asked
    if read.data == stream.content[position:end]:
        return None
    got = read.got
    if read.data is not None:
        why = coding.difference(stream.content, position, read.data)
        got = f"{got} with {coding.shown(read.data)} ({why})"
    holds = f"bytes(buffer)[{read.start}:{read.start + read.asked}] == content[{position}:{end}]"
    return stream.blame(read.outcome, got, f"the {read.asked} bytes from offset {position} on", holds)


def _too_far(scale: Scale) -> Iterator[Case]:
    """Full reads that end past the end: by a byte, a few, a page, and by far."""
    for size in (0, 1, 300, 8193, scale.sizes[-1]):
        for position in sorted({0, size // 2, max(size - 1, 0), size, size + 1, *FAR}):
            for beyond in (1, 10, PAGE):
                yield Case(size=size, position=position, length=max(size - position, 0) + beyond)


@check("PR-4a", A_FULL_READ, cases=Cases(_too_far), large=AT_THE_END)
def refuses_a_window_that_the_content_cannot_fill(probe: Probe, case: Case) -> Violation | None:
    return _full_read_raises(probe, case)


@check("PR-4b", A_FULL_READ, cases=Cases(_too_far), large=AT_THE_END)
def refuses_it_with_the_end_of_file_error(probe: Probe, case: Case) -> Violation | None:
    if case.position == LONG_MAX:
        raise Vacuous("the end of the window is no position any more, and an argument error says so")
    return _full_read_raises(probe, case, probe.surface.end_of_file)


def _full_read_raises(
    probe: Probe, case: Case, kinds: tuple[type[BaseException], ...] = ()
) -> Violation | None:
    stream = probe.open_case(replace(case, before=0))
    read = stream.positioned(probe.native(*FULL_READS)[0], case.position, case.length)
    return expect.an_error(stream, read.outcome, kinds)


def _both(scale: Scale) -> Iterator[Case]:
    for size in (0, 1, 300, 8193, scale.sizes[-1]):
        for position in sorted({0, 1, size // 2, max(size - 1, 0), size, size + 5}):
            left = max(size - position, 0)
            for length in sorted({0, 1, 10, left, left + 1, left + PAGE}):
                yield Case(size=size, position=position, length=length)


@check("PR-5a", *FULL_READS, cases=Cases(_both))
def fills_a_whole_buffer_like_its_full_window(probe: Probe, case: Case) -> Violation | None:
    # From the start, and from a cursor that stands elsewhere.
    for before in sorted({0, case.size // 3}):
        violation = _differs(probe, case, Case(size=case.size, before=before))
        if violation:
            return violation
    return None


def _differs(probe: Probe, case: Case, begun: Case) -> Violation | None:
    long = _read_into_whole(probe.open_case(begun), case)
    stream = probe.open_case(begun)
    short = stream.positioned("read_fully_all", case.position, case.length)
    if long.returned and (short.data is None or case.position + case.length <= case.size):
        return _filled(stream, short, case.position)
    ended = stream.surface.end_of_file
    if long.refused and (not short.outcome.refused or isinstance(long.error, ended)):
        return expect.an_error(stream, short.outcome, ended if isinstance(long.error, ended) else ())
    return None


def _read_into_whole(stream: Stream, case: Case) -> Outcome:
    return stream.positioned_into("read_fully", case.position, Window(case.length), 0, case.length)
