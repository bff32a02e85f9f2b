"""Processes of their own: what comes back from them, and what becomes of a codec that goes down in one."""

import json
import os
import signal
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from streamtck.aside import Tell, aside
from streamtck.watch import Crashed, Hung
from tests.running import read_report, run_pytest, verdicts

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

CRASHING = """
import os, signal
from streamtck.adapters import CodecAdapter
from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor, LZ4StreamDecompressor, LZ4StreamError

class Crashing(LZ4StreamDecompressor):
    def decompress(self, chunk):
        try:
            return super().decompress(chunk)
        except LZ4StreamError:
            os.kill(os.getpid(), signal.SIGSEGV)

codec = CodecAdapter(LZ4StreamCompressor, Crashing)
"""


def test_a_value_comes_back() -> None:
    """What the action gives is given, and what it changed is not changed here."""
    kept: list[int] = []

    def action(tell: Tell) -> list[int]:
        kept.append(1)
        return kept

    assert aside(action) == [1]
    assert kept == []


def test_an_error_comes_back() -> None:
    """What the action raises is raised."""
    with pytest.raises(KeyError, match="lost"):
        aside(lambda tell: {}["lost"])


def test_a_call_that_hung_comes_back_as_that() -> None:
    """A time-out in the process of its own is one here."""

    def action(tell: Tell) -> None:
        raise Hung("stream.read() did not come back", None)

    with pytest.raises(Hung, match="did not come back"):
        aside(action)


def test_an_error_that_cannot_be_sent_comes_back_as_its_text() -> None:
    """An error that pickle does not bring back is told by its class and message."""

    class Fussy(Exception):
        def __init__(self, one: int, other: int) -> None:
            super().__init__(f"{one} and {other}")

    def action(tell: Tell) -> None:
        raise Fussy(1, 2)

    with pytest.raises(RuntimeError, match="Fussy: 1 and 2"):
        aside(action)


def test_a_large_value_comes_back() -> None:
    """More than a pipe holds comes back whole."""
    assert aside(lambda tell: bytes(1 << 20)) == bytes(1 << 20)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGABRT"])
def test_a_signal_is_named(name: str) -> None:
    """A process that a signal ends is a Crashed with the signal's name."""
    with pytest.raises(Crashed, match=f"the process was ended by {name}"):
        aside(lambda tell: os.kill(os.getpid(), getattr(signal, name)))


def test_an_exit_code_is_told() -> None:
    """A process that exits by itself is a Crashed with its code."""
    with pytest.raises(Crashed, match="the process ended with exit code 3"):
        aside(lambda tell: os._exit(3))


def test_what_was_told_last_is_known() -> None:
    """Of a process that goes down, or does not come back, the last that it told is there."""

    def crash(tell: Tell) -> None:
        tell("first")
        tell("second")
        os._exit(1)

    def hang(tell: Tell) -> None:
        tell("third")
        while True:
            signal.pause()

    with pytest.raises(Crashed) as crashed:
        aside(crash)
    with pytest.raises(Hung, match=r"within 0\.2 seconds") as hung:
        aside(hang, deadline=0.2)
    assert (crashed.value.last, hung.value.last) == ("second", "third")


def test_a_codec_that_goes_down_does_not_take_the_run_with_it(tmp_path: Path) -> None:
    """The verdict is `crash` with the signal, all the others are there, and the report is whole and valid."""
    pytest.importorskip("lz4")
    (tmp_path / "mine.py").write_text(CRASHING, encoding="utf-8")
    done = run_pytest(
        tmp_path, "--impl=./mine.py:codec", "--tck-budget=quick", f"--tck-report={tmp_path / 'r.json'}"
    )

    assert done.returncode == 1, done.stdout
    document = read_report(tmp_path / "r.json")
    schema = json.loads(files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert document["complete"] is True
    found = verdicts(document)
    assert found["LZ-8a"] == "crash"
    assert "LZ-8a MUST crash: the process was ended by SIGSEGV" in done.stdout
    assert "decompressor.decompress(b'')  # does not come back" in done.stdout
    assert "these met; 1 blocked; 1 crash (LZ-8a)" in done.stdout
    assert found["LZ-8b"] == "blocked"
    others = {verdict for id, verdict in found.items() if id.startswith("LZ") and "LZ-8" not in id}
    assert others <= {"pass", "observed"}
