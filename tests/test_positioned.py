"""Positioned reads as subjects declare them: what is asked, what is told where nothing or nonsense is."""

from typing import Any, ClassVar

import pytest

from streamtck.adapters import SubjectError
from streamtck.spec import load
from streamtck.subjects import Subject, ready
from streamtck.verdicts import Verdict
from tests.faulty.good import GoodFile, GoodHadoop, GoodPositioned
from tests.judging import adapter_of


class SaysNothing(GoodPositioned):
    """Has pread() and declares nothing."""

    spellings: ClassVar[dict[str, str]] = {}


class NotThere(GoodFile):
    """Declares a method that it has not."""

    spellings: ClassVar[dict[str, str]] = {"pread_bytes": "read_at(n, position)"}


class TakesOtherArguments(GoodPositioned):
    """Declares one argument more than its method takes."""

    spellings: ClassVar[dict[str, str]] = {"pread_bytes": "pread(position, n, 0)"}


class NoText(GoodPositioned):
    """Declares its spellings as a callable."""

    spellings: ClassVar[Any] = {"pread_bytes": GoodPositioned.pread}


class NoTuple(GoodPositioned):
    """Declares an operation where a tuple of them is expected."""

    from_the_end = "pread_bytes"


class NoException(GoodPositioned):
    """Declares an end-of-file error that is none."""

    end_of_file = "EOFError"


class NoPositionedRead(GoodHadoop):
    """A Hadoop stream whose one read() tells its forms apart by their arguments, and has no fourth."""

    def read(self, *arguments: Any) -> int:
        """Read on, in three forms."""
        if len(arguments) == 4:
            raise TypeError("read() takes 0, 1 or 3 arguments")
        return super().read(*arguments)


class MovesByOne(GoodPositioned):
    """A positioned read moves the stream."""

    def pread(self, position: int, n: int, /) -> Any:
        """Read, and move."""
        self.at += 1
        return super().pread(position, n)


def subject_of(open_stream: Any) -> Subject:
    """A subject ready to be asked, at the smallest budget."""
    adapter = adapter_of(open_stream)
    return ready(adapter, "it", load(), "quick", 0)


def test_a_stream_that_declares_nothing_is_told_what_to_declare() -> None:
    """pread() alone says nothing of its arguments: unsupported, with the way out."""
    result = subject_of(SaysNothing).engine.decide("PR-1a")

    assert result.verdict is Verdict.UNSUPPORTED
    assert "the stream has pread(); declare in `spellings`" in result.message


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (NotThere, r"it: spells pread_bytes as stream.read_at\(n, position\), but there is no read_at"),
        (TakesOtherArguments, r"it: spells pread_bytes as .*, but stream.pread\(0, 1, 0\) is not a call"),
        (NoText, "spellings is .*, expected a dict from operation to a call as text"),
        (NoTuple, "from_the_end is 'pread_bytes', expected a tuple of operations that the stream has"),
        (NoException, r"end_of_file is \('EOFError',\), expected an exception class or a tuple of them"),
    ],
)
def test_an_unsound_declaration_is_refused_in_one_line(stream: Any, said: str) -> None:
    """What was declared, and what was expected or found instead."""
    with pytest.raises(SubjectError, match=said) as caught:
        subject_of(stream)

    assert "\n" not in str(caught.value)


def test_a_form_that_the_shared_method_refuses_is_absent() -> None:
    """A read() that raises TypeError for the positioned form does not offer it, and fails nothing."""
    subject = subject_of(NoPositionedRead)

    assert subject.operations["pread_window"] == "absent"
    assert subject.operations["read_window"] == "native"
    assert subject.engine.decide("PR-1a").verdict is Verdict.UNSUPPORTED
    assert subject.engine.decide("PR-3a").verdict is Verdict.PASS


def test_a_moved_stream_is_told_with_the_call_that_moved_it() -> None:
    """The message names the positioned read, the position before it and the one after."""
    result = subject_of(MovesByOne).engine.decide("PR-1b")

    assert result.verdict is Verdict.FAIL
    assert result.message.startswith("stream.tell() returned 1; wanted 0, where it was before stream.pread(")
