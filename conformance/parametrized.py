"""Requirements as the parameters of a project's own test: `streamtck.parametrize(open_stream)`."""

import atexit
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from streamtck.collection import SKIPPED, item_name, skip_reason
from streamtck.direct import Openable, Wish, adapter_of, judged, prepared, told, wished
from streamtck.spec import Requirement, load
from streamtck.subjects import Subject
from streamtck.verdicts import Verdict, is_red

KEPT = 4
"""Subjects that stay set up, so that the tests of one stream share what they find out."""

_kept: list[tuple[Openable, Wish, str | None, Subject]] = []


class ShouldNotMet(UserWarning):
    """A SHOULD that a stream does not keep, where only MUST makes a test fail."""


class Check:
    """One requirement, called by the test: `check()`, or `check(open_stream)` with what a fixture gives.

    A call passes, fails, skips or is an expected failure as its requirement has it of that stream.
    """

    def __init__(
        self, requirement: Requirement, open_stream: Openable | None, wish: Wish, input: str | None
    ) -> None:
        self.requirement = requirement
        self._open_stream = open_stream
        self._wish = wish
        self._input = input

    def __repr__(self) -> str:
        """The id and the rule as a verb phrase."""
        return item_name(self.requirement)

    def __call__(self, open_stream: Openable | None = None) -> None:
        """Decide, and turn the verdict into pytest's outcome."""
        __tracebackhide__ = True
        opener = self._open_stream if open_stream is None else open_stream
        if opener is None:
            raise ValueError(
                "check(): got no stream, expected check(open_stream) or parametrize(open_stream)"
            )
        subject = _subject(opener, self._wish, self._input)
        result = judged(subject, self.requirement.id, self._wish)
        if result.stale or is_red(result.verdict, self._wish.level):
            pytest.fail(told(subject, result, self._wish), pytrace=False)
        if result.verdict is Verdict.KNOWN:
            pytest.xfail(result.reason)
        if result.verdict in SKIPPED:
            pytest.skip(skip_reason(result))
        if result.verdict is Verdict.WARN:
            warnings.warn(f"{result.id}: {result.message}", ShouldNotMet, stacklevel=2)


def parametrize(
    open_stream: Openable | None = None,
    *,
    budget: str = "standard",
    seed: int = 0,
    level: str = "must",
    clauses: str | Iterable[str] = (),
    deviations: Mapping[str, str] | None = None,
    input: str | None = None,
    surfaces: Sequence[str] = ("python-file",),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that runs a test once for each requirement that a stream's surfaces have.

    The test takes `check` and calls it: `check()`, or `check(open_stream)` with a stream that its fixtures
    make; `surfaces` are then the ones that the stream offers. The other arguments are those of
    `streamtck.check`. Raises SubjectError or ValueError with one line.
    """
    wish = wished(budget, seed, level, clauses, deviations)
    offered = surfaces if open_stream is None else adapter_of(open_stream, input).surfaces
    checks = [Check(each, open_stream, wish, input) for each in _asked(wish, offered)]
    if not checks:
        raise ValueError(
            f"clauses={','.join(wish.clauses)}: asks nothing of a stream with {', '.join(offered)}"
        )
    marks = [pytest.mark.streamtck, pytest.mark.parametrize("check", checks, ids=repr)]

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        for mark in marks:
            test = mark(test)
        return test

    return decorate


def _asked(wish: Wish, surfaces: Sequence[str]) -> list[Requirement]:
    specification = load()
    families = {family.id for family in specification.families if set(family.surfaces) & set(surfaces)}
    wanted = specification.select(wish.clauses) if wish.clauses else None
    return [
        each for each in specification if each.family in families and (wanted is None or each.id in wanted)
    ]


def _subject(open_stream: Openable, wish: Wish, input: str | None) -> Subject:
    """The subject, set up once for the tests that ask for the same stream one after the other."""
    for opener, how, given, subject in _kept:
        if opener is open_stream and how == wish and given == input:
            return subject
    while len(_kept) >= KEPT:
        _kept.pop(0)[-1].close()
    subject = prepared(open_stream, wish, input)
    _kept.append((open_stream, wish, input, subject))
    return subject


@atexit.register
def _close() -> None:
    while _kept:
        _kept.pop()[-1].close()
