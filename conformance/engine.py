"""From a requirement and a subject to a verdict: applicability, search for a violation, blame."""

import contextlib
import random
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from streamtck.adapters import OPERATIONS
from streamtck.aside import Tell, aside
from streamtck.cases import Case, telling
from streamtck.notes import Found, Notes, sequences_of
from streamtck.outcomes import describe_error
from streamtck.probe import EmptyRefused, Offer, OpenFailed
from streamtck.registry import Check, checks
from streamtck.replay import settled
from streamtck.sequences import (
    BASIC_FOR_STORES,
    DATA_STORE,
    DOMAINS,
    HOME,
    NEEDS,
    RULES,
    SEQUENCES,
    play,
    shortest,
)
from streamtck.sparse import LARGE_CONTENT
from streamtck.spec import Requirement, Specification
from streamtck.stream import NotOffered, Unreachable, Vacuous
from streamtck.verdicts import Result, Verdict
from streamtck.violation import Violation
from streamtck.watch import Crashed, Gone

WAY = (
    *("IS-0b", "IS-2a", "IS-3a", "PY-1a", "PY-1c", "IS-7a", "IS-8a", "SK-6a", "SK-8a"),
    *("DS-1a", "DS-1b", "DS-2a", "DS-12a", "WR-5a"),
    *("LZ-2c", "LZ-1a"),
)
"""What a subject must be able to do to get to where a check begins; what fails here is blamed first."""

CALLS = {
    "": tuple(id for id in WAY if id != "WR-5a"),
    "close": ("IS-0a",),
    "readline": ("PY-9a", "PY-9b", "PY-9c", "PY-9d"),
    **dict.fromkeys(("iter", "next"), ("PY-9a", "PY-9d", "PY-11a", "PY-11b")),
    "readlines": ("PY-9a", "PY-9d", "PY-10a", "PY-10b", "PY-10c"),
    "readall": ("PY-2a", "PY-5a"),
    "read1": ("PY-6a", "PY-6b", "PY-6c"),
    "peek": ("PY-8a", "PY-8b"),
}
"""What tells that a call is never survived, by its name; blamed first for all that is lost in the same."""

LOST = (Verdict.TIMEOUT, Verdict.CRASH)

BUFFER_FORM = ("IS-6a", "IS-7a", "IS-7c", "IS-8a", "IS-8b", "PY-4a")
"""The requirements of the buffer form, which many streams take from elsewhere than their other reads."""

EXPLAINED = {
    **dict.fromkeys(("PY-18a", "PY-18b", "PY-18c", "PY-18d", "PY-18e", "IS-1a", "SK-3a"), ("PY-16a",)),
    "PY-10b": ("PY-16a",),
    "PY-17b": ("PY-18a",),
    "PY-11a": ("PY-9c",),
    "SK-11b": ("IS-7a",),
    "WR-4a": ("IS-7a", "PY-6a", "PY-7a", "SK-11a"),
}
"""The `causes` that the checks of a requirement may name."""

NO_RETURN: dict[str, tuple[str, ...]] = {"WR-8a": ("WR-3a",)}
"""Where a call never comes back, or takes its process down: what explains it, should that have done so."""

NO_CHECK = "no check yet"

SPARED_TRIES = 1
"""Edges to which a rule does not apply, after which no more are tried where opening is dear."""

AGAIN = 10
"""Seconds that an example may take which did not come back before."""


class Engine:
    """Decides the requirements of one subject; every decision is made once and kept.

    `probes` are the subject's surfaces, `notes` what is known already. A verdict depends on
    subject, seed and budget only, not on the order of the questions.
    """

    def __init__(
        self,
        specification: Specification,
        probes: dict[str, Offer],
        wraps: bool,
        seed: int,
        notes: Notes | None = None,
    ) -> None:
        self.specification = specification
        self.probes = probes
        self.wraps = wraps
        self.seed = seed
        self._families = {family.id: family for family in specification.families}
        self._checks = checks()
        self.notes = notes or Notes()
        self._sequences: dict[str, Search] = {}
        self._losing: list[str] = []

    @property
    def operations(self) -> dict[str, str]:
        """Every operation of the subject's surfaces, native or absent."""
        merged = dict.fromkeys(OPERATIONS, "absent")
        for probe in self.probes.values():
            merged |= {
                name: state for name, state in probe.operations.items() if merged.get(name) != "native"
            }
        return merged

    def decide(self, id: str) -> Result:
        """The verdict on one requirement."""
        if id not in self.notes.results:
            before, started = self._asked_so_far(), time.perf_counter()
            result = self._decide(self.specification[id])
            asked = dict(self._asked_so_far() - before)
            took = time.perf_counter() - started
            self.notes.keep("results", id, replace(result, duration=took, asked=asked))
        return self.notes.results[id]

    def _asked_so_far(self) -> Counter[str]:
        return sum((probe.asked for probe in self.probes.values()), Counter[str]())

    def _decide(self, requirement: Requirement) -> Result:
        violation, result = self._looked_at(requirement.id)
        alone = False
        if requirement.id == HOME and violation is not None:
            return self._mixed(requirement, violation, result)
        if violation is None and requirement.id in RULES and result.verdict is Verdict.PASS:
            violation = self._divergence(requirement.id)
            alone = True
        if violation is None:
            return result
        return self._blame(requirement, violation, result.observed, alone)

    def _looked_at(self, id: str) -> tuple[Violation | None, Result]:
        """What the requirement's own check finds, whatever may have caused it, and else the verdict."""
        if id not in self.notes.looked:
            requirement = self.specification[id]
            out = self._out_of_scope(requirement)
            self.notes.keep("looked", id, self._asked(requirement) if out is None else (None, out))
        return self.notes.looked[id]

    def _asked(self, requirement: Requirement) -> tuple[Violation | None, Result]:
        check = self._checks[requirement.id]
        probes = [self.probes[name] for name in self._surfaces(requirement)]
        able = [probe for probe in probes if not lacking(probe, check)]
        if not able:
            reason = "; ".join(dict.fromkeys(lacking(probe, check) for probe in probes))
            return None, Result(requirement.id, Verdict.UNSUPPORTED, reason)
        return self._examine(requirement, check, able)

    # Sequences of operations: judged where every requirement by itself is met.

    def _sequence(self, probe: Offer) -> "Search":
        """The search for sequences that diverge on one surface, `found` and `found_beside`; made once.

        What ended it before its time is kept in `broke`: `HOME` tells it, and no other verdict rests on it.
        """
        name = probe.surface.name
        if name not in self._sequences:
            check = Check(HOME, play, NEEDS.get(name, ("codec",)), SEQUENCES)
            search = self._sequences[name] = Search(check, probe, self.seed)
            if name in self.notes.sequences:
                search.restore(self.notes.sequences[name])
            elif not lacking(probe, check):
                try:
                    with self.notes.unit(sequences_of(name)):
                        search.found = search.found_beside = search.run()
                    self._go_on_without(search, check)
                except Exception as error:
                    search.broke, search.found_beside = error, None
                else:
                    self.notes.keep("sequences", name, search.state())
        return self._sequences[name]

    def _go_on_without(self, search: "Search", check: Check) -> None:
        """Look for sequences that diverge without what fails by itself, where that explains the first."""
        basic = BASIC_FOR_STORES if search.probe.surface.name == DATA_STORE else self._basic
        without: frozenset[str] = frozenset()
        while search.found_beside is not None:
            failing = [other for other in basic if self._looked_at(other)[0]]
            causes = {DOMAINS.get(other, "") for other in failing} - {"guards"}
            explained = search.found_beside.features & causes
            if not explained and "" not in causes:
                return
            search.found_beside = None
            if "" in causes:
                return
            without |= explained
            again = Search(replace(check, function=partial(play, without=without)), search.probe, self.seed)
            with self.notes.unit(sequences_of(search.probe.surface.name)):
                search.found_beside = again.run()

    @property
    def _basic(self) -> tuple[str, ...]:
        """What is judged before mixtures are."""
        return tuple(self.specification.prerequisites(HOME))

    def _divergence(self, id: str) -> Violation | None:
        """The sequence that breaks a requirement whose own check found nothing."""
        for name in self._surfaces(self.specification[id]):
            found = self._sequence(self.probes[name]).found_beside
            if found is not None and found.rule == id:
                return found
        return None

    def _mixed(self, requirement: Requirement, violation: Violation, result: Result) -> Result:
        """The verdict on mixtures; one that belongs to another requirement is blamed there."""
        beside = [self._sequence(self.probes[name]).found_beside for name in self._surfaces(requirement)]
        unexplained = [found for found in beside if found is not None and self._is_home(found)]
        if unexplained:
            return self._blame(requirement, unexplained[0], result.observed, alone=True)
        blamed = self._blame(requirement, violation, result.observed)
        if blamed.verdict is not Verdict.FAIL or violation.rule == HOME:
            return blamed
        other = self.decide(violation.rule)
        if other.verdict in (Verdict.FAIL, Verdict.BLOCKED):
            return replace(blamed, verdict=Verdict.BLOCKED, blocked_by=other.blocked_by or other.id)
        if other.verdict is Verdict.WARN:
            return Result(requirement.id, Verdict.PASS, observed=result.observed)
        return blamed

    def _is_home(self, found: Violation) -> bool:
        """Whether no other requirement that is judged of this subject names what diverged."""
        return found.rule == HOME or self._looked_at(found.rule)[1].verdict is not Verdict.PASS

    def _surfaces(self, requirement: Requirement) -> list[str]:
        offered = self._families[requirement.family].surfaces
        return [name for name in self.probes if name in offered]

    def _out_of_scope(self, requirement: Requirement) -> Result | None:
        family = self._families[requirement.family]
        if not self._surfaces(requirement):
            named = " or ".join(family.surfaces)
            return Result(requirement.id, Verdict.UNSUPPORTED, f"the subject offers no {named} surface")
        if requirement.wraps and not self.wraps:
            return Result(
                requirement.id, Verdict.UNSUPPORTED, "the subject wraps no encoded or ranged source"
            )
        if requirement.untested:
            return Result(requirement.id, Verdict.UNTESTED, requirement.untested)
        if requirement.id not in self._checks:
            return Result(requirement.id, Verdict.UNTESTED, NO_CHECK)
        return None

    def _examine(
        self, requirement: Requirement, check: Check, probes: list[Offer]
    ) -> tuple[Violation | None, Result]:
        observed: dict[str, str] = {}
        unasked: list[Search] = []
        passed = Result(requirement.id, Verdict.PASS, observed=observed)
        for probe in probes:
            search = Search(check, probe, self.seed)
            try:
                if check.id == HOME:
                    search = self._sequence(probe)
                    violation = search.found
                    if search.broke is not None:
                        raise search.broke
                else:
                    with self.notes.unit(check.id):
                        violation = search.run_aside() if check.aside else search.run()
            except OpenFailed as error:
                return None, Result(requirement.id, Verdict.ERROR, str(error))
            except Gone as gone:
                return None, self._lost(requirement, search, gone)
            except Exception as error:
                where = f"the check {check.function.__name__}"
                return None, Result(requirement.id, Verdict.ERROR, f"{where} broke: {describe_error(error)}")
            prefix = f"{probe.surface.name}: " if len(probes) > 1 else ""
            observed |= {prefix + what: seen for what, seen in search.observed.items()}
            if violation is not None:
                return violation, passed
            if search.decided == 0:
                unasked.append(search)
        if len(unasked) == len(probes):
            verdict = Verdict.UNSUPPORTED if all(search.lacking for search in unasked) else Verdict.UNTESTED
            reason = "; ".join(dict.fromkeys(search.reason for search in unasked))
            return None, Result(requirement.id, verdict, reason, observed=observed)
        verdict = Verdict.PASS if requirement.level in ("MUST", "MUST NOT", "SHOULD") else Verdict.OBSERVED
        return None, replace(passed, verdict=verdict)

    def _lost(self, requirement: Requirement, search: "Search", gone: Gone) -> Result:
        """The verdict where the subject took its process down, or did not come back."""
        verdict = Verdict.CRASH if isinstance(gone, Crashed) else Verdict.TIMEOUT
        script = search.script_of(gone.last) if isinstance(gone.last, Case) else gone.script
        wanted = "an answer or an error"
        result = Result(requirement.id, verdict, gone.how, gone.call, wanted=wanted, reproducer=script)
        self._losing.append(requirement.id)
        try:
            cause = self._lost_before(requirement.id, called(gone.call))
        finally:
            self._losing.pop()
        if cause:
            return replace(result, verdict=Verdict.BLOCKED, reproducer=None, blocked_by=cause)
        return result

    def _lost_before(self, id: str, call: str) -> str:
        """What is blamed for a loss in a `call`: what is lost in the same, else a prerequisite; or ''."""
        for other in () if not call else CALLS.get(call, CALLS[""]):
            if other == id:
                break
            if id not in self.specification.prerequisites(other) and other not in self._losing:
                before = self.decide(other)
                if before.verdict in LOST and called(before.call) == call:
                    return other
        for other in (*self.specification.prerequisites(id), *NO_RETURN.get(id, ())):
            if other not in self._losing and self.decide(other).verdict in (Verdict.FAIL, *LOST):
                return other
        return ""

    def _blame(
        self, requirement: Requirement, violation: Violation, observed: dict[str, str], alone: bool = False
    ) -> Result:
        """The verdict on a violation, blocked by what may have caused it unless it stands `alone`."""
        result = Result(
            requirement.id,
            self._verdict_of_a_violation(requirement),
            f"{violation.call} {violation.got}; wanted {violation.wanted}",
            violation.call,
            violation.got,
            violation.wanted,
            violation.reproducer,
            observed=observed,
        )
        for id in () if violation.at_open or alone else self._more_basic(requirement.id, violation):
            if self.decide(id).verdict is Verdict.FAIL and self._explains(id, requirement.id, violation):
                return replace(result, verdict=Verdict.BLOCKED, blocked_by=id)
        same = self._same_slip(requirement.id, violation)
        if same:
            return replace(result, verdict=Verdict.BLOCKED, blocked_by=same)
        return replace(result, reproducer=settled(violation))

    def _same_slip(self, id: str, violation: Violation) -> str:
        """The first binding requirement that meets the same slip, such as a method that is missing."""
        slip = violation.slip
        if not slip:
            return ""
        for other in dict.fromkeys((*WAY, *(each.id for each in self.specification))):
            if other == id:
                return ""
            met = self.specification[other].binding and self._looked_at(other)[0]
            if met and met.slip == slip and id not in self.specification.prerequisites(other):
                return other
        return ""

    def _more_basic(self, id: str, violation: Violation) -> Iterator[str]:
        """What may have caused a violation of `id`, basic first."""
        yield from (*self.specification.prerequisites(id), *violation.causes)
        surfaces = self._families[self.specification[id].family].surfaces
        for step in WAY if violation.on_the_way else ():
            if step == id:
                return
            if not set(surfaces) & set(self._families[self.specification[step].family].surfaces):
                continue
            earlier = self.specification.prerequisites(step)
            if id not in earlier:
                yield from (*earlier, step)

    def _explains(self, basic: str, id: str, violation: Violation) -> bool:
        """Whether a failure of `basic` may have led to this violation of `id`.

        A buffer form that raises or miscounts does not where it was not called and all that lies between is
        met: with read(n) right, it explains no line that is wrong. Nor does one that is harmless.
        """
        found = self._looked_at(basic)[0]
        if found is not None and found.harmless and id != HOME:
            return False
        if basic in violation.causes:
            return True
        if basic not in BUFFER_FORM or found is None or found.garbled or violation.on_the_way:
            return True
        return bool(found.calls & violation.calls) or basic in self._leading_to(id, violation)

    def _leading_to(self, id: str, violation: Violation) -> set[str]:
        """What a requirement rests on, but by way of what is met, or broken by a call that was not made."""
        leading: set[str] = set()

        def visit(each: str) -> None:
            for basic in self.specification[each].requires:
                if basic in leading:
                    continue
                leading.add(basic)
                result, found = self.decide(basic), self._looked_at(basic)[0]
                last = found.last if found else frozenset()
                if result.verdict is not Verdict.PASS and (not last or last & violation.calls):
                    leading.add(result.blocked_by or basic)
                    visit(basic)

        visit(id)
        return leading

    def _verdict_of_a_violation(self, requirement: Requirement) -> Verdict:
        if requirement.binding:
            return Verdict.FAIL
        return Verdict.WARN if requirement.level == "SHOULD" else Verdict.OBSERVED


def called(call: str) -> str:
    """What a call calls: `read` of `got = stream.read(3)`."""
    return call.rpartition(" = ")[2].partition("(")[0].rpartition(".")[2]


def lacking(probe: Offer, check: Check) -> str:
    """Why a probe cannot be asked a check: the first operation that it lacks, '' where it lacks none."""
    for need in check.needs:
        choices = need.split("|")
        if not probe.native(*choices):
            reason = next((probe.reasons[name] for name in choices if name in probe.reasons), "")
            named = " or ".join(choices)
            return f"{named} is absent" + (f": {reason}" if reason else "")
    return ""


class Search:
    """The search for a violation of one check: its edges in order, then what hypothesis draws."""

    def __init__(self, check: Check, probe: Offer, seed: int) -> None:
        self.check = check
        self.probe = probe
        self.seed = seed
        self.decided = 0
        self.reason = "no example applies"
        self.lacking = False
        self.observed: dict[str, str] = {}
        self.found: Violation | None = None
        self.found_beside: Violation | None = None
        self.broke: Exception | None = None
        self.tell: Tell = lambda what: None

    def state(self) -> Found:
        """What the search came to."""
        return Found(self.found, self.found_beside, self.observed, self.decided, self.reason, self.lacking)

    def restore(self, known: Found) -> None:
        """Come to that without a search."""
        self.found, self.found_beside = known.found, known.found_beside
        self.observed, self.decided = known.observed, known.decided
        self.reason, self.lacking = known.reason, known.lacking

    def run(self) -> Violation | None:
        """The first violation, simplest first, or None."""
        with seeded(self.seed):
            try:
                return self._edges() or self._on_large_content() or self._drawn()
            finally:
                self.observed, self.probe.observed = self.probe.observed, {}

    def run_aside(self) -> Violation | None:
        """The same in a process of its own; raises Gone, with the last example, where that ends badly."""
        violation, state = aside(self._run_and_tell)
        self.decided, self.reason, self.lacking, self.observed = state
        return violation

    def _run_and_tell(self, tell: Tell) -> tuple[Violation | None, tuple[int, str, bool, dict[str, str]]]:
        self.tell = tell
        return self.run(), (self.decided, self.reason, self.lacking, self.observed)

    def script_of(self, case: Case) -> str | None:
        """The Python of the call that an example does not come back from, told by another process."""

        def narrate(tell: Tell) -> None:
            self.probe.narrate = tell
            self.attempt(case)

        try:
            aside(narrate, deadline=AGAIN)
        except Gone as gone:
            return None if gone.last is None else str(gone.last)
        return None

    def _edges(self) -> Violation | None:
        scale = self.probe.scale
        cases: Iterable[Case] = dict.fromkeys(self.check.cases.edges(scale))
        for tried, case in enumerate(telling(cases) if scale.sparing else cases, 1):
            violation = self.attempt(case)
            if violation is not None:
                return self._repeated(case, violation)
            if scale.sparing and (self.decided >= scale.edges or tried >= scale.edges + SPARED_TRIES):
                break
        return None

    def _on_large_content(self) -> Violation | None:
        """The first violation on content of more than 4 GiB, where the run asks for it."""
        if not (self.check.large and self.probe.wants_large):
            return None
        why_not, before = self.probe.why_not_large(), self.decided
        for case in () if why_not else self.check.large:
            violation = self.attempt(case)
            if violation is not None:
                return self._repeated(case, violation)
        if self.decided == before:
            why_not = why_not or self.reason
        self.probe.observe(LARGE_CONTENT, f"not looked at: {why_not}" if why_not else "looked at")
        return None

    def _drawn(self) -> Violation | None:
        if self.check.cases.drawn is None or not self.decided or not self.probe.scale.examples:
            return None
        from streamtck.drawing import first_failure

        strategy = self.check.cases.drawn(self.probe.scale)
        found = first_failure(
            self.attempt, strategy, self.probe.scale.examples * self.check.cases.weight, self.seed
        )
        return None if found is None else self._repeated(*found)

    def attempt(self, case: Case) -> Violation | None:
        """Run the check on one case; a case to which the rule does not apply is passed over.

        What a stream shows that was used before has to show on a new one as well, on what is really stored.
        """
        violation = self._attempted(case)
        if violation is not None and self.probe.renewed():
            violation = self._attempted(case)
        if violation is not None and self.probe.stored_anew():
            violation = self._attempted(case)
        return violation

    def _attempted(self, case: Case) -> Violation | None:
        self.tell(case)
        try:
            violation = self.check.function(self.probe, case)
            if violation is not None and self.probe.strayed():
                violation = replace(violation, on_the_way=True)
        except (Vacuous, EmptyRefused) as why:
            self.lacking = isinstance(why, NotOffered)
            self.reason = str(why) if self.lacking else f"the rule does not apply here: {why}"
            return None
        except Unreachable as unreachable:
            violation = replace(unreachable.violation, on_the_way=True)
        finally:
            self.probe.release()
        self.decided += 1
        return violation

    def _repeated(self, case: Case, violation: Violation) -> Violation:
        """The violation, marked where the same example comes out otherwise the second time.

        Streams that disturb each other do so: where they do (WR-5a), that is blamed first.
        """
        if self.check.id == HOME:
            case, violation = shortest(self.attempt, case, violation)
        self.probe.rest()
        if self.attempt(case) is not None:
            return violation
        got = f"{violation.got} (not repeatable: the second time it came out right)"
        return replace(violation, got=got, on_the_way=True)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Python's random numbers start alike inside, warnings stay aside, and all is put back after."""
    state = random.getstate()
    random.seed(seed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(state)
