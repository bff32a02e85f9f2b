"""Looking at a subject before the run: is it a stream, what does it offer, can it be opened again."""

import inspect
import io
import itertools
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from streamtck.adapters import OPERATIONS, Spelling, SubjectError
from streamtck.content import coded, of_kind
from streamtck.fitting import Unserved
from streamtck.outcomes import Outcome, describe, describe_error
from streamtck.probe import OpenFailed, Probe
from streamtck.stream import Stream, Unreachable
from streamtck.watch import Gone

SAMPLE = 300
SAMPLES = (SAMPLE, 8193, 131073, 1 << 20)

TRIALS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "read_byte": tuple,
    "read_bytes": lambda: (1,),
    "read_all": tuple,
    "readinto": lambda: (bytearray(1),),
    "readinto1": lambda: (bytearray(1),),
    "read_window": lambda: (bytearray(1), 0, 1),
    "read1": lambda: (1,),
    "read1_any": tuple,
    "readall": tuple,
    "peek": lambda: (1,),
    "read_view": lambda: (1,),
    "readline": tuple,
    "readline_size": lambda: (1,),
    "iter": tuple,
    "next": tuple,
    "readlines": tuple,
    "readlines_hint": lambda: (1,),
    "skip": lambda: (0,),
    "available": tuple,
    "mark_supported": tuple,
    "mark": lambda: (1,),
    "seek": lambda: (0,),
    "seek_from": lambda: (0, 0),
    "seek_to_new_source": lambda: (0,),
    "position": tuple,
    "pread_window": lambda: (0, bytearray(1), 0, 1),
    "pread_bytes": lambda: (0, 1),
    "pread_into": lambda: (0, bytearray(1)),
    "read_fully": lambda: (0, bytearray(1), 0, 1),
    "read_fully_all": lambda: (0, bytearray(1)),
    "readable": tuple,
    "seekable": tuple,
    "writable": tuple,
    "isatty": tuple,
    "detach": tuple,
}
"""A harmless call of each operation on a fresh stream: one that is "not offered" shows itself here."""

VARIANTS = ("read1_any", "readline_size", "readlines_hint")
"""Operations that are another one with an argument more or less."""

SHAPES: dict[str, int] = {"fileno": 0, "reset": 0, "write": 1, "enter": 0, "exit": 3, "close": 0}
"""Operations that are only looked at, with the number of their arguments."""

UNSPELLED: dict[str, tuple[str, ...]] = {
    "pread_bytes": ("pread", "read_at", "readat", "get_range"),
    "pread_into": ("pread_into", "preadinto", "readinto_at", "read_into_at"),
}
"""Positioned reads that no surface spells, as libraries order their arguments in ways of their own, and
usual names of them, to tell a subject that has one what to declare."""

BY_ARGUMENTS = (
    *("read_window", "pread_bytes", "pread_into", "pread_window", "read_fully", "read_fully_all"),
    "readline_size",
)
"""Operations that often share one method with others, which tells them apart by the arguments given."""

READ_FORMS = ("read_byte", "read_bytes", "read_all", "readinto", "read_window")


def discover(probe: Probe, subject: str) -> None:
    """Fill in what the subject offers. Raises SubjectError where it is no stream at all."""
    first = _opened(probe, subject, "open()")
    _require_a_stream(first, probe, subject)
    _require_independence(first, _opened(probe, subject, "the second open()"), subject)
    probe.reasons |= _undeclared(first)
    probe.release()
    for operation in probe.surface.spellings:
        reason = _absent(probe, operation, subject)
        probe.operations[operation] = "absent" if reason else "native"
        if reason:
            probe.reasons[operation] = reason
        if not probe.scale.sparing:
            probe.release()
    probe.release()
    _require_readable(probe, subject)
    _settle_seeking(probe, subject)
    _settle_iterating(probe, subject)
    _require_content(probe, subject)
    _require_the_content_given(probe, subject)
    _require_what_is_offered(probe, subject)
    try:
        probe.open(b"")
    except OpenFailed as error:
        probe.refuses_empty = error
    except Gone as gone:
        probe.refuses_empty = OpenFailed(gone.how, gone)
    probe.release()


def _opened(probe: Probe, subject: str, what: str, size: int = SAMPLE) -> Stream:
    try:
        return probe.open(coded(size))
    except OpenFailed as error:
        said = str(error).removeprefix("open() ")
        if what == "open()":
            raise Unserved(f"{subject}: {what} {said}{_encode_hint(probe)}") from None
        hint = "each open must give a new stream on the content stored for it"
        if probe.scale.sparing:
            hint += ", which is stored once here: a run that is not latency-aware stores it for each anew"
        raise SubjectError(f"{subject}: {what} {said}; {hint}") from None


def _encode_hint(probe: Probe) -> str:
    if probe.adapter.wraps:
        return ""
    return "; a stream that decodes needs an `encode` attribute or an adapter that stores encoded bytes"


def _require_a_stream(stream: Stream, probe: Probe, subject: str) -> None:
    if _is_awaitable(stream.raw):
        raise SubjectError(
            f"{subject}: open() returned an awaitable, expected an open stream; wrap it to block"
        )
    spelled = probe.surface.spellings
    names = sorted({spelled[name].name for name in ("read_byte", "readinto", "seek") if name in spelled})
    if not any(callable(_attribute(stream.raw, name)) for name in names):
        kind = type(stream.raw)
        raise SubjectError(
            f"{subject}: open() returned {describe(stream.raw)} ({kind.__module__}.{kind.__qualname__}), "
            f"which has none of {', '.join(names)}; expected an open {probe.surface.name} stream"
        )
    if _attribute(stream.raw, "closed") is True and not _reads(stream):
        raise SubjectError(f"{subject}: open() returned a closed stream, expected an open one")
    if "read_byte" in probe.surface.spellings and callable(_attribute(stream.raw, "read")):
        outcome = stream.call("read_byte")
        if isinstance(outcome.value, str) or isinstance(stream.raw, io.TextIOBase):
            raise SubjectError(
                f"{subject}: open() returned a text stream, expected bytes; open the stream in binary mode"
            )
        if _is_awaitable(outcome.value):
            raise SubjectError(
                f"{subject}: {outcome.call} returned an awaitable, expected bytes; wrap it to block"
            )


def _reads(stream: Stream) -> bool:
    """Whether a stream gives anything by the first form of reading that it has: it is open, then."""
    spelled, ends = stream.surface.spellings, (stream.surface.byte_end, stream.surface.count_end)
    for form in ("read_byte", "readinto"):
        if form in spelled and callable(_attribute(stream.raw, spelled[form].name)):
            outcome = stream.call(form, *TRIALS[form]())
            return outcome.returned and outcome.value not in (*ends, None)
    return False


def _undeclared(stream: Stream) -> dict[str, str]:
    """What to declare, for each positioned read that the stream seems to have and no surface spells."""
    return {
        operation: f"the stream has {name}(); declare in `spellings` how it takes position and length"
        for operation, names in UNSPELLED.items()
        for name in names
        if operation not in stream.surface.spellings and callable(_attribute(stream.raw, name))
    }


def _is_awaitable(value: object) -> bool:
    if inspect.iscoroutine(value):
        value.close()
    return inspect.isawaitable(value)


def _require_independence(first: Stream, second: Stream, subject: str) -> None:
    if first.raw is second.raw:
        raise SubjectError(
            f"{subject}: open() returned the same object twice, expected a new stream each time"
        )


def _attribute(raw: Any, name: str) -> Any:
    try:
        return attrgetter(name)(raw)
    except Exception:
        return None


def _absent(probe: Probe, operation: str, subject: str) -> str:
    """Why an operation is absent, '' where it is native. One that is written down must be there."""
    stream = probe.unworn() or _opened(probe, subject, "a further open()")
    arguments = TRIALS[operation]() if operation in TRIALS else (None,) * SHAPES.get(operation, 0)
    spelling = stream.surface.spellings[operation]
    missing = _missing(stream, spelling, arguments)
    outcome = None
    if not missing and not spelling.attribute and operation not in SHAPES:
        outcome = _tried(stream, operation, arguments)
    if outcome and _refuses_the_arguments(stream, operation, outcome):
        missing = f"{outcome.call} {outcome.said}"
    if missing and spelling.call is not None:
        said = spelling.call.text(spelling.call.parameters)
        raise SubjectError(f"{subject}: spells {operation} as {said}, but {missing}")
    return f"{outcome.call} {outcome.said}" if outcome and outcome.unsupported else missing


def _tried(stream: Stream, operation: str, arguments: tuple[Any, ...]) -> Outcome | None:
    try:
        return stream.call(operation, *arguments)
    except Unreachable:
        return None


def _refuses_the_arguments(stream: Stream, operation: str, outcome: Outcome) -> bool:
    """Whether a method that tells its arguments apart by itself, as extensions do, has not this form."""
    if not isinstance(outcome.error, TypeError):
        return False
    signature = _signature(stream.surface.spellings[operation].on(stream.raw))
    if signature is None:
        return operation in (*BY_ARGUMENTS, *VARIANTS)
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    return operation in BY_ARGUMENTS and inspect.Parameter.VAR_POSITIONAL in kinds


def _missing(stream: Stream, spelling: Spelling, arguments: tuple[Any, ...]) -> str:
    """Why the stream has no such call, '' where it has."""
    try:
        method = spelling.on(stream.raw)
    except AttributeError:
        return f"there is no {spelling.name}"
    except Exception:
        return ""
    if spelling.attribute:
        return ""
    if spelling.name.startswith("__") and not hasattr(type(stream.raw), spelling.name):
        return f"there is no {spelling.name} on the type, where Python looks for it"
    if not callable(method):
        return f"{spelling.name} is not callable"
    try:
        positional, keywords = spelling.arguments(stream.raw, arguments)
    except Exception as error:
        return f"its arguments cannot be made: {describe_error(error)}"
    if not _takes(method, positional, keywords):
        return f"{spelling.text(tuple(describe(value) for value in arguments))} is not a call that it takes"
    return ""


def _signature(method: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(method)
    except (TypeError, ValueError):
        return None


def _takes(method: Any, positional: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    signature = _signature(method)
    if signature is None:
        return True
    try:
        signature.bind(*positional, **keywords)
    except TypeError:
        return False
    return True


def _settle_seeking(probe: Probe, subject: str) -> None:
    """A stream that says it is not seekable is forward-only, whatever its seek does."""
    if not probe.has("seekable"):
        return
    outcome: Outcome = _opened(probe, subject, "a further open()").call("seekable")
    probe.release()
    if outcome.returned and not _truth(outcome.value):
        said = outcome.call.removeprefix("stream.")
        for operation in ("seek", "seek_from"):
            if probe.has(operation):
                probe.operations[operation] = "absent"
                probe.reasons[operation] = f"the stream is forward-only: {said} is false"


def _settle_iterating(probe: Probe, subject: str) -> None:
    """A stream whose iterator only says that it offers no lines does not iterate."""
    if not probe.has("iter"):
        return
    stream = _opened(probe, subject, "a further open()")
    try:
        outcome = stream.line("iter").outcome if stream.iterate().returned else None
    except Unreachable:
        outcome = None
    probe.release()
    if outcome and outcome.unsupported:
        probe.operations["iter"] = "absent"
        probe.reasons["iter"] = f"{outcome.call} {outcome.said}"


def _truth(value: object) -> bool:
    try:
        return bool(value)
    except Exception:
        return True


def _require_readable(probe: Probe, subject: str) -> None:
    """Refuse a stream that has read methods but says that it offers none of them: it only writes."""
    reasons = [
        probe.reasons[form]
        for form in READ_FORMS
        if form in probe.reasons and "raised" in probe.reasons[form]
    ]
    if reasons and not probe.native(*READ_FORMS):
        raise SubjectError(f"{subject}: the stream is not readable ({reasons[0]}), expected one that reads")


def _require_the_content_given(probe: Probe, subject: str) -> None:
    """Refuse a subject that serves the same bytes of its own whatever is stored."""
    first = _first_bytes(probe, coded(SAMPLE))
    if first and first not in coded(SAMPLE) and first == _first_bytes(probe, of_kind("lines", 8193)):
        raise Unserved(
            f"{subject}: serves {describe(first)} whatever is stored; open() must serve the content that it "
            "is given"
        )


def _require_what_is_offered(probe: Probe, subject: str) -> None:
    """Refuse a list of operations that is not true: claimed but absent, or present but left out."""
    offers = probe.adapter.offers
    unknown = [name for name in offers if name not in OPERATIONS]
    if unknown:
        raise SubjectError(f"{subject}: offers {', '.join(unknown)}, expected of {', '.join(OPERATIONS)}")
    claimed = [
        f"{name}, but {probe.reasons.get(name, 'it is absent')}" for name in offers if _lacks(probe, name)
    ]
    denied = [name for name in probe.operations if offers and probe.has(name) and name not in offers]
    if claimed or denied:
        said = [f"claims to offer {text}" for text in claimed]
        said += (
            [f"does not list {', '.join(denied)} among what it offers, but the stream has it"]
            if denied
            else []
        )
        raise SubjectError(f"{subject}: {'; '.join(said)}")


def _lacks(probe: Probe, operation: str) -> bool:
    """Whether an operation of this surface is absent; what another surface has is asked there."""
    here = operation in probe.surface.spellings or len(probe.adapter.surfaces) == 1
    return here and not probe.has(operation)


def _first_bytes(probe: Probe, content: bytes) -> bytes:
    stream = probe.open(content)
    times = range(4) if stream.bulk_form in stream.native else ()
    try:
        reads = [stream.read(stream.bulk_form, 4) for _ in times]
    except Gone:
        reads = []
    probe.release()
    return b"".join(read.data or b"" for read in reads)


def _require_content(probe: Probe, subject: str) -> None:
    """Refuse a subject that serves nothing at all, by no form and of no content: it has lost it."""
    forms = probe.native(*READ_FORMS)
    ends = (probe.surface.byte_end, probe.surface.count_end)
    seen: list[Outcome] = []
    for size, form in itertools.product(SAMPLES, forms):
        seen += _served(probe, subject, size, form)
        if any(outcome.returned and outcome.value not in ends for outcome in seen):
            return
        if any(isinstance(outcome.error, Gone) for outcome in seen):
            return  # that is told by the requirements
    if not seen:
        return
    if probe.has("position") and _opened(probe, subject, "a further open()").position().value != 0:
        return
    said = f"{seen[0].call} {probe.adapter.mask(seen[0].said)}"
    raise Unserved(
        f"{subject}: a stream on {SAMPLE} stored bytes serves none of them ({said}); open() must serve the "
        f"content that it is given{_encode_hint(probe)}"
    )


def _served(probe: Probe, subject: str, size: int, form: str) -> list[Outcome]:
    try:
        stream = _opened(probe, subject, "a further open()", size)
        return [stream.call(form, *TRIALS[form]()) for _ in range(2)]
    except (Unreachable, Gone):
        return []
    finally:
        probe.release()
