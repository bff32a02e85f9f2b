"""The one place that runs hypothesis: draws examples for a check and shrinks what fails."""

import contextlib
import os
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from streamtck.cases import Case
from streamtck.violation import Violation
from streamtck.watch import Gone


class Falsified(Exception):
    """The example at hand violates the rule."""


class Lost(BaseException):
    """The subject did not come back; hypothesis does not catch it, and so shrinks nothing."""

    def __init__(self, gone: Gone) -> None:
        super().__init__(gone)
        self.gone = gone


def first_failure(
    attempt: Callable[[Case], Violation | None], strategy: SearchStrategy[Case], examples: int, number: int
) -> tuple[Case, Violation] | None:
    """The simplest drawn case that `attempt` finds a violation in, or None after `examples` of them.

    Deterministic for one seed `number`: no example database, no deadline, nothing written to disk. A
    subject that answers one example in two ways gives the last violation seen. Gone ends the search at once.
    """
    failed: list[tuple[Case, Violation]] = []

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def run(case: Case) -> None:
        try:
            violation = attempt(case)
        except Gone as gone:
            raise Lost(gone) from None
        if violation is not None:
            failed.append((case, violation))
            raise Falsified

    with _no_files():
        try:
            run()
        except (Falsified, Flaky):
            if not failed:
                raise
            return failed[-1]
        except Lost as lost:
            raise lost.gone from None
    return None


@contextlib.contextmanager
def _no_files() -> Iterator[None]:
    """Point hypothesis's folder at a place where nothing can be written; a project's own is put back."""
    before = storage_directory().path
    set_hypothesis_home_dir(os.devnull)
    try:
        yield
    finally:
        set_hypothesis_home_dir(before)
