"""Plain callables that do not say how what they read is encoded, or how they want it handed over."""

from pathlib import Path

import pytest

from streamtck.adapters import SubjectError
from streamtck.options import INPUTS
from streamtck.spec import load
from streamtck.subjects import Subject, prepare
from streamtck.verdicts import Result, Verdict
from tests.running import run_python

STREAMS = """
import gzip, io, zlib

def compress(content):
    return b"XX" + bytes(byte ^ 0x55 for byte in content)

class Clamping(io.BytesIO):
    def seek(self, position, whence=0):
        return super().seek(max(0, position) if whence == 0 else position, whence)

def own_format(path):
    with open(path, "rb") as file:
        stored = file.read()
    assert stored[:2] == b"XX"
    return Clamping(bytes(byte ^ 0x55 for byte in stored[2:]))

def unnamed(source):
    return Clamping(zlib.decompress(source.read()))

def any_parameter_named_path(source):
    with open(source, "rb") as file:
        return Clamping(gzip.decompress(file.read()))

class Inflating(Clamping):
    def __init__(self, level=3, *, fileobj=None):
        super().__init__(zlib.decompress(fileobj.read(), -15))

def keyword_only(*, fileobj):
    return Clamping(fileobj.read())

class Opener:
    def __call__(self, data):
        return Clamping(zlib.decompress(data))

    def encode(self, content):
        return zlib.compress(content)

opener = Opener()

def wrong_where_not_encoded(content):
    try:
        return Clamping(zlib.decompress(content))
    except zlib.error:
        return Clamping(b"damaged" * 100)

def loses_its_end(fileobj):
    return Clamping(gzip.decompress(fileobj.read())[:-5])

def of_nothing_known(path):
    with open(path, "rb") as file:
        return Clamping(zlib.decompress(file.read()[7:]))

def identity_but_wrong(path):
    with open(path, "rb") as file:
        return Clamping(b"?" + file.read())
"""

MADE = {
    "gzip:GzipFile": ("fileobj=", "gzip"),
    "gzip:open": ("path", "gzip"),
    "bz2:BZ2File": ("path", "bz2"),
    "lzma:LZMAFile": ("path", "xz"),
    "lz4.frame:LZ4FrameFile": ("path", "LZ4 frame"),
    "io:BytesIO": ("content", "identity"),
    "io:BufferedReader": ("fileobj", "identity"),
    "io:FileIO": ("path", "identity"),
}
OWN = {
    "own_format": ("path", "my_streams.compress"),
    "unnamed": ("fileobj", "zlib"),
    "any_parameter_named_path": ("path", "gzip"),
    "Inflating": ("fileobj=", "raw deflate"),
    "keyword_only": ("fileobj=", "identity"),
    "opener": ("content", "encode"),
    "wrong_where_not_encoded": ("content", "zlib"),
    "loses_its_end": ("fileobj", "gzip"),
    "identity_but_wrong": ("path", "identity"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with streams of a user's own in it."""
    (tmp_path / "my_streams.py").write_text(STREAMS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prepared(subject: str, given: str | None = None) -> Subject:
    """A subject that was looked at."""
    return prepare(subject, load(), "quick", 0, given)


def found(subject: Subject) -> tuple[str, str]:
    """How the subject is given what to serve, and how that is encoded."""
    way, encoding = subject.adapter.used  # type: ignore[attr-defined]
    return str(way), encoding.name


def clamped(subject: Subject) -> Result:
    """The verdict on a seek to before the start."""
    return subject.engine.decide("SK-5a")


@pytest.mark.parametrize(("name", "expected"), MADE.items())
def test_the_encoding_of_a_library_class_is_found(name: str, expected: tuple[str, str]) -> None:
    """A class or function that knows nothing of the kit is given what it decodes; identity comes first."""
    if name.startswith("lz4"):
        pytest.importorskip("lz4.frame")
    subject = prepared(name)
    assert found(subject) == expected
    assert subject.adapter.wraps == (expected[1] != "identity" or expected[0].startswith("fileobj"))
    subject.close()


@pytest.mark.parametrize(("name", "expected"), OWN.items())
def test_the_encoding_of_an_own_callable_is_found(folder: Path, name: str, expected: tuple[str, str]) -> None:
    """So it is for a callable in a file, and what fails is reproduced without the kit."""
    subject = prepared(f"my_streams.py:{name}")
    assert found(subject) == expected
    result = clamped(subject)
    subject.close()
    assert result.verdict == Verdict.FAIL
    done = run_python(folder, result.reproducer or "")
    assert "AssertionError" in done.stderr, result.reproducer


@pytest.mark.parametrize("name", ["gzip:GzipFile", "bz2:BZ2File"])
def test_what_fails_of_a_library_class_is_reproduced(tmp_path: Path, name: str) -> None:
    """The reproducer encodes and hands over as it was found."""
    subject = prepared(name)
    result = clamped(subject)
    subject.close()
    done = run_python(tmp_path, result.reproducer or "")
    assert "AssertionError" in done.stderr, result.reproducer


@pytest.mark.parametrize("given", INPUTS)
def test_the_input_that_is_asked_for_is_the_only_one_tried(given: str) -> None:
    """--tck-input=fileobj hands an open file to a class whose first parameter is called filename."""
    if given == "content":
        with pytest.raises(SubjectError, match="handed over as content: none"):
            prepared("bz2:BZ2File", given)
        return
    subject = prepared("bz2:BZ2File", given)
    assert found(subject) == (given, "bz2")
    assert subject.adapter.sources == (given == "fileobj")
    subject.close()


def test_what_was_tried_is_said_in_one_line(folder: Path) -> None:
    """Where nothing fits, the message names the encodings and the ways."""
    with pytest.raises(SubjectError) as caught:
        prepared("my_streams.py:of_nothing_known")
    said = str(caught.value)
    assert "\n" not in said
    assert "tried identity, gzip, zlib, raw deflate, bz2, xz, " in said
    assert said.endswith("handed over as path, fileobj, content: none gives the content back")


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ('("read_byte", "no_such")', "offers no_such, expected of "),
        ('(*NATIVE, "pread_bytes")', "claims to offer pread_bytes, but it is absent"),
        ('(*NATIVE, "skip")', "claims to offer skip, but "),
        (
            '[name for name in NATIVE if name not in ("seek", "seek_from")]',
            "does not list seek, seek_from among",
        ),
        ("NATIVE", ""),
    ],
)
def test_the_list_of_what_is_offered_must_be_true(folder: Path, offers: str, said: str) -> None:
    """What is claimed and absent, or there and left out, is told in one line."""
    plain = prepared("my_streams.py:keyword_only")
    native = [name for name, state in plain.operations.items() if state == "native"]
    plain.close()
    text = f"\nNATIVE = {native}\nkeyword_only.offers = {offers}\n"
    (folder / "my_streams.py").write_text(STREAMS + text, encoding="utf-8")
    if not said:
        prepared("my_streams.py:keyword_only").close()
        return
    with pytest.raises(SubjectError, match=said):
        prepared("my_streams.py:keyword_only")


def test_what_a_reader_of_raw_deflate_can_detect_is_known(folder: Path) -> None:
    """Its first bytes do not tell, but its encoding was found: a cut shows, damage need not."""
    subject = prepared("my_streams.py:Inflating")
    form = subject.adapter.format(b"abc", subject.adapter.encode(b"abc"))
    subject.close()
    assert form is not None
    assert (form.name, form.cut, form.damage) == ("raw deflate", True, False)
