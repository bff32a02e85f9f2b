"""A subject ready to be judged: resolved, looked at, with the engine that decides its requirements."""

import re
from dataclasses import dataclass
from typing import Protocol

from streamtck.adapters import CODEC, SURFACES, Adapter, Codec, SubjectError, resolve
from streamtck.boundaries import boundaries_of
from streamtck.cases import scale, sparing
from streamtck.codec import CodecProbe
from streamtck.discovery import discover
from streamtck.engine import Engine, seeded
from streamtck.fitting import Unserved, fit, refitted, tried
from streamtck.notes import Notes
from streamtck.outcomes import describe_error
from streamtck.probe import Offer, Probe
from streamtck.spec import Requirement, Specification
from streamtck.verdicts import Result
from streamtck.watch import WATCH, Gone, in_time

OWN_WORDS_FIRST = {"python-file": "PY"}
"""The family that speaks the language of a surface's users: reports open with it."""


class Described(Protocol):
    """What is known of the adapter of a subject, which may be in another process."""

    @property
    def surfaces(self) -> tuple[str, ...]:
        """The surfaces that the subject offers."""

    def provenance(self) -> tuple[str | None, str | None]:
        """The distribution and its version, as far as they are known."""

    def teardown(self) -> None:
        """Undo what was set up."""


class Decides(Protocol):
    """An engine, which may be in another process."""

    @property
    def operations(self) -> dict[str, str]:
        """Every operation of the subject's surfaces, native or absent."""

    def decide(self, id: str) -> Result:
        """The verdict on one requirement."""


@dataclass(slots=True)
class Subject:
    """One implementation under test: how it was named, its adapter, its surfaces and its engine."""

    given: str
    name: str
    adapter: "Described"
    engine: "Decides"
    plan: list[Requirement]

    @property
    def operations(self) -> dict[str, str]:
        """Every operation of the subject's surfaces, native or absent."""
        return self.engine.operations

    @property
    def segment(self) -> str:
        """The name as a segment of a node id."""
        return re.sub(r"[\s/\[\]]|::", "-", self.name)

    def judge(self) -> dict[str, Result]:
        """The verdict on every requirement of the plan."""
        return {requirement.id: self.engine.decide(requirement.id) for requirement in self.plan}

    def close(self) -> None:
        """Let go of what is kept, and undo what the adapter set up."""
        try:
            if isinstance(self.engine, Engine):
                for probe in self.engine.probes.values():
                    probe.close()
        finally:
            self.adapter.teardown()


def prepare(
    given: str,
    specification: Specification,
    budget: str,
    seed: int,
    input: str | None = None,
    dear: bool = False,
    large: bool = False,
) -> Subject:
    """Resolve a subject and look at what it offers; opening may be `dear`, and content `large`.

    Raises SubjectError with one line.
    """
    try:
        adapter = resolve(given, input)
    except Gone as gone:
        raise _lost(given, gone) from None
    adapter.dear, adapter.large = adapter.dear or dear, adapter.large or large
    return looked_at(adapter, given, specification, budget, seed)


def looked_at(adapter: Adapter, given: str, specification: Specification, budget: str, seed: int) -> Subject:
    """The subject of an adapter, ready. SubjectError with one line, also where it does not come back."""
    try:
        return ready(adapter, given, specification, budget, seed)
    except Gone as gone:
        raise _lost(given, gone) from None


def _lost(given: str, gone: Gone) -> SubjectError:
    return SubjectError(f"{given}: {gone.how}; --tck-isolate makes a whole report of that")


def ready(
    adapter: Adapter,
    given: str,
    specification: Specification,
    budget: str,
    seed: int,
    notes: Notes | None = None,
) -> Subject:
    """Set an adapter up and look at what its stream offers. Raises SubjectError with one line, or Gone.

    What is in the `notes` is known already.
    """
    try:
        adapter.setup()
        with seeded(seed), WATCH.look(), in_time("looking at it", None, summed=True):
            probes = _probes(adapter, given, budget)
    except (SubjectError, Gone):
        adapter.teardown()
        raise
    except Exception as error:
        adapter.teardown()
        raise SubjectError(f"{given}: its adapter broke: {describe_error(error)}") from None
    engine = Engine(specification, probes, adapter.wraps, seed, notes)
    return Subject(given, adapter.name or given, adapter, engine, planned(specification, adapter.surfaces))


def _probes(adapter: Adapter, given: str, budget: str) -> dict[str, Offer]:
    probes: dict[str, Offer] = {}
    for name in adapter.surfaces:
        if name == CODEC.name:
            probes[name] = _codec(adapter, given, budget)
            continue
        try:
            surface = adapter.surface(name)
        except KeyError:
            raise SubjectError(
                f"{given}: declares the surface {name!r}, expected {', '.join(sorted(SURFACES))}"
            ) from None
        first = sparing(budget) if adapter.dear else scale(budget, adapter.boundaries)
        probe = probes[name] = _looked_at(Probe(adapter, surface, first), given)
        probe.wants_large = adapter.large
        if not adapter.dear:
            probe.scale = scale(budget, (*adapter.boundaries, *boundaries_of(probe)))
    return probes


def _looked_at(probe: Probe, given: str) -> Probe:
    """What discovery finds; where the content is not served, once more with what a callable may want."""
    adapter, surface = probe.adapter, probe.surface
    again = Probe(adapter, surface, probe.scale)
    try:
        discover(probe, given)
    except Unserved as error:
        probe.release()
        if not fit(adapter, surface.name):
            raise SubjectError(f"{error}{tried(adapter)}") from None
    else:
        if not refitted(adapter, surface.name):
            return probe
    discover(again, given)
    return again


def _codec(adapter: Adapter, given: str, budget: str) -> CodecProbe:
    if not isinstance(adapter, Codec):
        raise SubjectError(
            f"{given}: declares the surface 'codec', expected an adapter derived from adapters.Codec"
        )
    return CodecProbe(adapter, scale(budget), given)


def planned(specification: Specification, surfaces: tuple[str, ...]) -> list[Requirement]:
    """The requirements in the order in which a subject with these surfaces is asked."""
    first = {OWN_WORDS_FIRST.get(name) for name in surfaces}
    return sorted(specification, key=lambda requirement: requirement.family not in first)
