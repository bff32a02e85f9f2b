"""The engine: which verdict, who is blamed, and that the order of questions does not matter."""

import io
import mmap
import time
from itertools import count
from typing import Any

import pytest

from streamtck import engine
from streamtck.cases import Case
from streamtck.probe import OpenFailed
from streamtck.registry import Check, checks
from streamtck.replay import ONLY_IN_THE_RUN, settled
from streamtck.spec import load
from streamtck.subjects import Subject, ready
from streamtck.verdicts import Verdict
from streamtck.violation import Violation
from tests.faulty import faulty_streams
from tests.judging import adapter_of, judge, noteworthy


class ClampsEverySecondTime(io.BytesIO):
    """Accepts a negative position at every second attempt of the process."""

    attempts = count()

    def seek(self, position: int, whence: int = 0) -> int:
        """Clamp, or not."""
        if position < 0 and whence == 0 and next(self.attempts) % 2:
            return super().seek(0)
        return super().seek(position, whence)


class LosesTheLastByte(io.BytesIO):
    """Serves one byte less than there are."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content[:-1])


class SharesItsPosition(io.BytesIO):
    """Opens where the last stream of the class was left."""

    left = 0

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        super().seek(type(self).left)

    def read(self, size: int | None = -1) -> bytes:
        """Read, and remember the position for the next stream."""
        data = super().read(size)
        type(self).left = self.tell()
        return data


class NeverEnds(io.RawIOBase):
    """Fills every buffer, end or no end."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def readable(self) -> bool:
        """Readable."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Say that the buffer is full."""
        if self.closed:
            raise ValueError("closed")
        part = self.content[self.position : self.position + len(buffer)]
        buffer[: len(part)] = part
        self.position += len(part)
        return len(buffer)


class RefusesEmpty(io.BytesIO):
    """Does not open on nothing."""

    def __init__(self, content: bytes) -> None:
        if not content:
            raise ValueError("cannot open nothing")
        super().__init__(content)


class RepeatsItsLastPage(io.BytesIO):
    """read1() of a page gives the last byte again and again."""

    def read1(self, size: int | None = -1) -> bytes:
        """Read, or repeat."""
        return super().read1(size) or (self.getvalue()[-1:] if size == 8192 else b"")


def mapped(content: bytes) -> mmap.mmap:
    """A memory map, whose readline() takes no size."""
    stream = mmap.mmap(-1, len(content))
    stream[:] = content
    return stream


def subject_of(open_stream: Any) -> Subject:
    """A subject ready to be asked, at the smallest budget."""
    adapter = adapter_of(open_stream)
    return ready(adapter, adapter.name, load(), "quick", 0)


def test_one_cause_is_one_failure() -> None:
    """A stream that loses its last byte fails IS-2a, and what depends on it is blocked by IS-2a."""
    results = judge(LosesTheLastByte, "quick")

    assert [id for id, verdict in noteworthy(results).items() if verdict == "fail"] == ["IS-2a"]
    assert {result.blocked_by for result in results.values() if result.verdict is Verdict.BLOCKED} == {
        "IS-2a"
    }


def test_the_order_of_questions_does_not_matter() -> None:
    """Asked backwards, or for one requirement alone, the verdicts are the same."""
    forward, backward = subject_of(LosesTheLastByte), subject_of(LosesTheLastByte)
    ids = [requirement.id for requirement in forward.plan]
    first = {id: forward.engine.decide(id) for id in ids}
    last = {id: backward.engine.decide(id) for id in reversed(ids)}

    assert {id: (r.verdict, r.message, r.blocked_by) for id, r in first.items()} == {
        id: (r.verdict, r.message, r.blocked_by) for id, r in last.items()
    }
    assert subject_of(LosesTheLastByte).engine.decide("SK-15a").blocked_by == first["SK-15a"].blocked_by


def test_what_does_not_repeat_is_said() -> None:
    """A subject that answers one example in two ways fails, said as not repeatable."""
    result = judge(ClampsEverySecondTime, "quick")["SK-5a"]

    assert result.verdict is Verdict.FAIL
    assert "not repeatable" in result.message


def test_state_between_streams_has_a_reproducer_that_shows_it() -> None:
    """Where a stream keeps something from the one before, the reproducer opens one before."""
    result = judge(SharesItsPosition, "quick")["SK-1a"]

    assert result.verdict is Verdict.FAIL
    assert result.reproducer is not None
    assert not result.reproducer.startswith(ONLY_IN_THE_RUN)
    assert result.reproducer.count("stream = open_subject(stored)") == 2


def test_a_stream_without_end_is_not_read_to_its_end() -> None:
    """A stream whose reads never report the end is blamed for that, and nothing reads on for ever."""
    results = judge(NeverEnds, "quick")

    assert [id for id, verdict in noteworthy(results).items() if verdict == "fail"] == ["IS-3a"]
    assert results["PY-2a"].blocked_by == "IS-3a"


def test_a_layer_over_a_stream_without_end_comes_back() -> None:
    """Where a layer of Python's own would read for ever, the reads that it made are told."""
    results = judge(RepeatsItsLastPage, "quick")

    assert [id for id, verdict in noteworthy(results).items() if verdict == "fail"] == ["PY-6c"]
    assert results["PY-21b"].blocked_by == "PY-6c"
    assert results["PY-21b"].call == "stream.read1(8192)"
    assert "wanted the end" in results["PY-21b"].message


def test_an_argument_that_an_extension_does_not_take_is_not_offered() -> None:
    """The readline() of a memory map takes no size: to limit it is unsupported, to call it is judged."""
    subject = subject_of(mapped)

    assert subject.engine.decide("PY-9a").verdict is Verdict.PASS
    assert subject.engine.decide("PY-9b").verdict is Verdict.UNSUPPORTED


def test_empty_content_refused_is_one_failure() -> None:
    """A stream that does not open on empty content fails PY-20a alone."""
    results = judge(RefusesEmpty, "quick")

    assert noteworthy(results) == {"PY-20a": "fail"}
    assert "cannot open nothing" in results["PY-20a"].message


def test_a_check_that_breaks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of the kit is `error`, in one line, never a verdict on the subject."""

    def breaks(probe: object, case: Case) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setitem(checks(), "SK-1a", Check("SK-1a", breaks, (), checks()["SK-1a"].cases))
    result = subject_of(io.BytesIO).engine.decide("SK-1a")

    assert result.verdict is Verdict.ERROR
    assert result.message == "the check breaks broke: ZeroDivisionError: a bug"


@pytest.mark.parametrize("first", ["IS-0c", "PY-12b"])
def test_sequences_that_break_off_are_no_pass(monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    """Where they end before their time IS-0c is an error, whichever requirement asked for them first."""

    def breaks(probe: object, case: Case, without: frozenset[str] = frozenset()) -> Violation | None:
        if len(case.steps) > 6:
            raise OpenFailed("open() raised OSError: no more", OSError("no more"))
        return None

    monkeypatch.setattr(engine, "play", breaks)
    subject = ready(adapter_of(io.BytesIO), "io.BytesIO", load(), "quick", 0)
    verdicts = {id: subject.engine.decide(id).verdict for id in (first, "IS-0c", "PY-12b")}
    assert verdicts == {"IS-0c": Verdict.ERROR, "PY-12b": Verdict.PASS}


@pytest.mark.parametrize("hidden", ["KeepsThePageAfterASmallStepBack", "HidesTheLineBufferFromReadinto"])
def test_a_simple_fault_hides_no_other(hidden: str) -> None:
    """A stream that clamps a seek past the end, and goes wrong in a sequence without one, is told both."""
    faulty = faulty_streams()[hidden]

    class Clamps(faulty.stream):  # type: ignore[misc]
        def _go(self, target: int) -> int:
            return int(super()._go(min(target, len(self.content))))

    found = noteworthy(judge(Clamps, "quick"))
    assert found["SK-8b"] == found[faulty.id] == "fail"


def test_a_reproducer_that_shows_nothing_says_so() -> None:
    """A script that runs through is printed with a first line that says it shows nothing by itself."""
    violation = Violation("call", "got", "wanted", "stream = None\n", prelude="stream = 1\n")

    assert settled(violation) == ONLY_IN_THE_RUN + "stream = None\n"


def test_levels_decide_between_fail_and_warn() -> None:
    """Every requirement with a check has the verdict that its level allows."""
    results = judge(io.BytesIO, "quick")

    for requirement in load():
        verdict = results[requirement.id].verdict
        if requirement.level in ("MUST", "MUST NOT", "SHOULD"):
            assert verdict in (Verdict.PASS, Verdict.UNSUPPORTED, Verdict.UNTESTED)
        else:
            assert verdict in (Verdict.OBSERVED, Verdict.UNSUPPORTED, Verdict.UNTESTED)


class CallsAReadThatItHasNot(io.RawIOBase):
    """Has the methods that read, but for the one that three of them call."""

    read = property()  # type: ignore[assignment]

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.file = io.BytesIO(content)

    def readable(self) -> bool:
        """It reads."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer."""
        return self.file.readinto(buffer)

    def readall(self) -> bytes:
        """All that is left."""
        return self.rest()  # type: ignore[attr-defined, no-any-return]

    def read1(self, size: int = -1) -> bytes:
        """Some bytes."""
        return self.rest()  # type: ignore[attr-defined, no-any-return]

    def peek(self, size: int = 0) -> bytes:
        """The next bytes."""
        return self.rest()  # type: ignore[attr-defined, no-any-return]


def test_a_missing_method_is_one_finding() -> None:
    """Calls that meet the same slip of the pen are blocked by the first of them."""
    results = judge(CallsAReadThatItHasNot, "quick")
    slipped = [id for id, result in results.items() if "object has no attribute 'rest'" in result.got]
    assert slipped
    assert [id for id in slipped if results[id].verdict == Verdict.FAIL] == ["PY-5a"]


class SpinsAtTheEnd(io.BytesIO):
    """Waits for more where there is none, as clients do that lost their server."""

    def read(self, size: int | None = -1) -> bytes:
        """Read, or wait for ever."""
        while self.tell() == len(self.getvalue()):
            pass
        return super().read(size)


def test_a_call_that_never_comes_back_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The requirement that made the call says so, with how to see it; others rest on it or are judged."""
    monkeypatch.setattr("streamtck.watch.PATIENCE", ((1, 0.2), (0, 0.5)))
    results = judge(SpinsAtTheEnd, "quick")
    assert results["IS-3a"].verdict == Verdict.BLOCKED
    cause = results[results["IS-3a"].blocked_by or ""]
    assert cause.verdict == Verdict.TIMEOUT
    assert "did not come back within" in cause.message
    assert cause.reproducer is not None
    assert cause.reproducer.rstrip().endswith("# does not come back")
    assert results["IS-2a"].verdict == Verdict.PASS
    assert Verdict.ERROR not in {result.verdict for result in results.values()}


class LooksForANewlineForEver(io.BytesIO):
    """Goes round and round where a line is no longer than its newline."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, or wait for ever."""
        while self.getvalue().startswith(b"\n", self.tell()):
            pass
        return super().readline(size)


def test_an_operation_that_never_comes_back_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks that merely use the operation are blocked by the requirement that it belongs to."""
    monkeypatch.setattr("streamtck.watch.PATIENCE", ((1, 0.2), (0, 0.5)))
    results = judge(LooksForANewlineForEver, "quick")
    assert [id for id, result in results.items() if result.verdict == Verdict.TIMEOUT] == ["PY-9a"]


class IsSlowInBulk(io.BytesIO):
    """Reads small sizes at once, and large ones for ever."""

    def read(self, size: int | None = -1) -> bytes:
        """Wait, where more than 64 KiB are asked for."""
        while size is not None and size > 65536:
            time.sleep(0.01)
        return super().read(size)


def test_a_stream_that_hangs_while_it_is_looked_at_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that never comes back, before any check, does not refuse the subject."""
    monkeypatch.setattr("streamtck.watch.PATIENCE", ((1, 0.2), (0, 0.5)))
    subject = ready(adapter_of(IsSlowInBulk), "slow", load(), "quick", 0)
    try:
        assert subject.engine.decide("SK-5a").verdict is Verdict.PASS
    finally:
        subject.close()
