"""Codecs: how a pair of classes becomes a subject, and what is refused as one."""

from pathlib import Path
from typing import Any

import pytest

from streamtck.adapters import Adapter, CodecAdapter, SubjectError
from tests.judging import judge
from tests.running import run_pytest

MINE = """
from streamtck.adapters import Codec, Adapter, CodecAdapter
from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor, LZ4StreamDecompressor

codec = CodecAdapter(LZ4StreamCompressor, LZ4StreamDecompressor)

class Careless(LZ4StreamDecompressor):
    def decompress(self, block):
        return super().decompress(block)[:-1]

careless = CodecAdapter(LZ4StreamCompressor, Careless)

class NoCodec(Adapter):
    surfaces = ("codec",)

class Written(Codec, Adapter):
    surfaces = ("codec",)
    def compressor(self, strategy, buffer_size, /, **options):
        return LZ4StreamCompressor(strategy, buffer_size, **options)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with codecs in `mine.py`."""
    pytest.importorskip("lz4")
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    return tmp_path


def test_a_pair_in_a_file_is_a_subject(folder: Path) -> None:
    """A codec that is sound meets all that is asked of codecs, and nothing else is asked."""
    done = run_pytest(folder, "--impl=./mine.py:codec", "--tck-budget=quick")

    assert done.returncode == 0, done.stdout
    assert "19 of 140 MUST requirements decided, all met; 121 unsupported." in done.stdout


def test_a_faulty_pair_has_a_reproducer_that_loads_it(folder: Path) -> None:
    """What is wrong is shown by Python that takes the two classes from the file."""
    done = run_pytest(folder, "--impl=./mine.py:careless", "--tck-budget=quick", "--tck-clause=LZ-1a")

    assert done.returncode == 1
    assert "open_subject = runpy.run_path('./mine.py')[\"careless\"]" in done.stdout
    assert (
        "LZ4StreamCompressor, LZ4StreamDecompressor = adapter.compressor, adapter.decompressor" in done.stdout
    )
    assert "By itself this does not show it" not in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [("NoCodec", "expected an adapter derived from adapters.Codec")],
)
def test_what_is_no_codec_is_refused_in_one_line(folder: Path, name: str, said: str) -> None:
    """A usage error says what was expected."""
    done = run_pytest(folder, f"--impl=./mine.py:{name}")

    assert done.returncode == 4
    assert said in done.stderr


def test_one_side_alone_is_asked_what_needs_no_other(folder: Path) -> None:
    """A compressor without a decompressor is judged by what it writes; the rest is unsupported."""
    done = run_pytest(folder, "--impl=./mine.py:Written", "--tck-budget=quick")

    assert done.returncode == 0, done.stdout
    assert "unsupported" in done.stdout


def test_a_codec_that_cannot_be_made_is_refused() -> None:
    """Where neither side comes about, one line shows the call."""

    def broken(*arguments: Any, **options: Any) -> None:
        raise OSError("no memory")

    adapter: Adapter = CodecAdapter(broken, broken, "broken")
    with pytest.raises(SubjectError, match=r"broken: LZ4StreamCompressor\(.*\) raised OSError: no memory"):
        judge(adapter, "quick")


def test_options_that_are_not_taken_are_not_asked_for() -> None:
    """A pair without dictionaries and modes has these rules unsupported, and the others pass."""
    module = pytest.importorskip("streamtck.reference_impl.lz4_stream")

    def compressor(strategy: str, buffer_size: int, store_comp_size: int = 4) -> Any:
        return module.LZ4StreamCompressor(strategy, buffer_size, store_comp_size=store_comp_size)

    def decompressor(strategy: str, buffer_size: int, store_comp_size: int = 4) -> Any:
        return module.LZ4StreamDecompressor(strategy, buffer_size, store_comp_size=store_comp_size)

    results = judge(CodecAdapter(compressor, decompressor, "plain"), "quick")

    assert results["LZ-11a"].verdict == "unsupported"
    assert results["LZ-11a"].message.startswith("the compressor takes no ")
    assert {str(result.verdict) for id, result in results.items() if id.startswith("LZ")} <= {
        "pass",
        "unsupported",
        "observed",
    }
