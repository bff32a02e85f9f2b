"""Streams that are dear to open: fewer of them are opened, and what is said is as true."""

import io
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from streamtck import watch
from streamtck.adapters import CallableAdapter
from streamtck.cases import BUDGETS
from streamtck.spec import load
from streamtck.subjects import ready
from streamtck.verdicts import Result
from tests.faulty import faulty_streams
from tests.faulty.good import GoodFile
from tests.faulty.odd_codecs import ODD
from tests.judging import adapter_of, noteworthy
from tests.running import read_report, run_pytest, verdicts

MOST = 120
"""Streams that a quick run opens on io.BytesIO at the most."""

BASIC = ("SK-5a", "IS-2a", "PY-1c", "PY-9b", "PY-12d", "PY-18a", "SK-8a", "PY-4a", "WR-5a")
"""Requirements whose first faulty stream is caught at one edge."""


def judged(open_stream: Any, budget: str = "quick") -> dict[str, Result]:
    """The verdicts on a stream that is dear to open."""
    adapter = adapter_of(open_stream)
    adapter.dear = True
    subject = ready(adapter, adapter.name, load(), budget, 0)
    try:
        return subject.judge()
    finally:
        subject.close()


def test_few_streams_are_opened() -> None:
    """A quick run decides all that applies to io.BytesIO with few streams, and closes each."""
    opened: list[io.BytesIO] = []

    def open_counted(content: bytes) -> io.BytesIO:
        opened.append(io.BytesIO(content))
        return opened[-1]

    adapter = CallableAdapter(open_counted, "counted", "open_subject = ...")
    adapter.dear = True
    subject = ready(adapter, "counted", load(), "quick", 0)
    results = subject.judge()
    subject.close()

    assert len(opened) <= MOST
    assert noteworthy(results) == {}
    assert Counter(str(result.verdict) for result in results.values())["pass"] == 82
    assert all(stream.closed for stream in opened)


@pytest.mark.parametrize("id", BASIC)
def test_a_plain_fault_is_still_caught(id: str) -> None:
    """One edge of each check is enough for a stream that is wrong everywhere."""
    (first, *_) = [faulty for faulty in faulty_streams().values() if faulty.id == id]

    assert judged(first.stream)[id].verdict in ("fail", "warn")


@pytest.mark.parametrize("stream", ODD[::16])
def test_a_legal_stream_is_not_blamed(stream: Any) -> None:
    """Using a stream again lays nothing at its door."""
    said = {id: result for id, result in judged(stream).items() if result.verdict in ("fail", "error")}

    assert said == {}


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_sound_stream_is_not_blamed(budget: str) -> None:
    """However many edges are decided, nothing is said of the standard library's stream."""
    assert noteworthy(judged(io.BytesIO, budget)) == {}


class ClosesNever(GoodFile):
    """close() does not come back."""

    def close(self) -> None:
        """Wait."""
        time.sleep(30)


class GoesBackOnce(GoodFile):
    """The second seek to the start does not come back."""

    returns = 0

    def _go(self, target: int) -> int:
        self.returns += target == 0
        if self.returns > 1:
            time.sleep(30)
        return super()._go(target)


@pytest.mark.parametrize("stream", [ClosesNever, GoesBackOnce])
def test_what_the_kit_itself_calls_is_bounded(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A close() or a way back that hangs is met once, and lays nothing at another requirement's door."""
    monkeypatch.setattr(watch, "PATIENCE", ((0, 0.3),))
    adapter = adapter_of(stream)
    adapter.dear = True
    subject = ready(adapter, adapter.name, load(), "quick", 0)
    results = {id: subject.engine.decide(id) for id in ("SK-1a", "SK-10a", "IS-7a", "PY-3a", "PY-9b")}
    subject.close()

    assert {result.verdict for result in results.values()} == {"pass"}


def test_what_was_opened_for_a_stream_is_closed_with_it() -> None:
    """Content is kept for the whole run, the files that streams on it were given are not."""
    opened: list[Any] = []

    def over(fileobj: Any) -> io.BufferedReader:
        if isinstance(fileobj, io.BufferedReader):
            opened.append(fileobj)
        return io.BufferedReader(fileobj.raw, 1000)

    adapter = CallableAdapter(over, "over", "open_subject = ...")
    adapter.dear = True
    subject = ready(adapter, "over", load(), "quick", 0)
    subject.judge()
    open_still = sum(not file.closed for file in opened)
    subject.close()

    assert open_still <= 16 < len(opened)
    assert all(file.closed for file in opened)


class RemembersThatItWasSought(io.BytesIO):
    """Gives nothing any more once it was taken back to its start twice."""

    returns = 0

    def seek(self, position: int, whence: int = 0, /) -> int:
        """Seek, and count the ways back."""
        self.returns += position == 0 and whence == 0
        return super().seek(position, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, while it is young."""
        return b"" if self.returns > 2 else super().read(size)


def test_what_only_a_used_stream_shows_is_not_said_of_a_new_one() -> None:
    """A check that meets a fault on a stream of another check asks a new one."""
    results = judged(RemembersThatItWasSought)

    assert results["PY-1a"].verdict == "pass"
    assert results["IS-7a"].verdict == "pass"


def test_the_option_is_in_the_report(tmp_path: Path) -> None:
    """A run that was asked for it says so, with a process of its own too."""
    run_pytest(
        tmp_path, "--impl=io:BytesIO", "--tck-latency-aware", "--tck-budget=quick", "--tck-report=x.json"
    )
    run_pytest(
        tmp_path,
        *("--impl=io:BytesIO", "--tck-latency-aware", "--tck-budget=quick", "--tck-report=y.json"),
        "--tck-isolate",
    )
    one, other = read_report(tmp_path / "x.json"), read_report(tmp_path / "y.json")

    assert one["kit"]["latency_aware"] is True
    assert verdicts(one) == verdicts(other)
