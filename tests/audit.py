"""The kit audited: each checked requirement has a stream that breaks it, and is caught by that one alone.

`python -m tests.audit` judges every faulty stream and prints which requirement is killed by which, and sees
that no odd and legal one is blamed;
with `--seeds=20` it asks only that, of the sound ones too, with as many seeds.
`python -m tests.audit --write` writes the files that are made from the specification and the faulty streams,
and judges nothing.
"""

import argparse
import ast
import sys
from collections.abc import Iterable
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType
from typing import Any, NamedTuple

from streamtck.adapters import resolve
from streamtck.engine import EXPLAINED, WAY
from streamtck.registry import checks
from streamtck.replay import ONLY_IN_THE_RUN
from streamtck.spec import Requirement, Specification, load
from streamtck.verdicts import Result
from tests.faulty import PENDING, faulty_streams
from tests.faulty.good import GoodFile, GoodHadoop, GoodHadoopPath, GoodPath, GoodPositioned
from tests.faulty.odd_codecs import ODD
from tests.faulty.sources import ForwardStore, GoodPart, GoodStore, GoodUnzip, GoodUnzipStore
from tests.generated import generated, table
from tests.judging import blamed, judge, noteworthy

PROCESSES = 2
MOST_APART = 12
"""Of the odd streams every twelfth is judged at the least."""

LEAST_CAUGHT = {"quick": 0.95}
"""The share of the faulty streams that a budget has to catch, 1 where it is not told."""

MODELS = (
    *(GoodFile, GoodPath, GoodPositioned, GoodHadoop, GoodHadoopPath),
    *(GoodStore, ForwardStore, GoodUnzip, GoodUnzipStore, GoodPart),
)
"""The streams that the faulty ones are made from."""

SOUND = [
    *("reference.memory", "reference.file", "reference.memory-store", "reference.file-store"),
    *("reference.inflate", "lz4-double-buffer", "io:BytesIO"),
]
"""Subjects that are right, beside the odd ones."""

SHOWN = 4
"""Problems of one stream that are printed; one cause often has dozens."""

BINDING = ("MUST", "MUST NOT")
DECIDED = (*BINDING, "SHOULD")


def misjudged(name: str, budget: str = "standard") -> list[str]:
    """What is wrong with the verdicts on a faulty stream, a line each; nothing where all is as it must be.

    The requirement that the stream names, and those it names beside it, say `fail` or, for a SHOULD,
    `warn`. Whatever else stands out is `blocked` by the named one, on which it rests.
    """
    faulty = faulty_streams()[name]
    specification = load()
    results = judge(faulty.stream, budget)
    expected = {id: expected_verdict(specification[id]) for id in (faulty.id, *faulty.also)}
    found = noteworthy(results)
    lines = [
        f"{id} is {results[id].verdict}, expected {verdict}{_said(results[id])}"
        for id, verdict in expected.items()
        if found.get(id) != verdict
    ]
    lines += [
        f"{id} is {found[id]}{_by(results[id])}, expected nothing said{_said(results[id])}"
        for id in found
        if id not in expected and not any(rests_on(specification, results[id], each) for each in expected)
    ]
    return lines + [f"{id}: {why}" for id in expected for why in _bad_reproducer(results[id])]


def expected_verdict(requirement: Requirement) -> str:
    """What a requirement says of a stream that breaks it."""
    return "fail" if requirement.level in BINDING else "warn"


def rests_on(specification: Specification, result: Result, id: str) -> bool:
    """Whether a result is blocked by `id`, and may be: only a MUST blocks, and only what rests on it."""
    if result.verdict != "blocked" or result.blocked_by != id or specification[id].level not in BINDING:
        return False
    return id in specification.prerequisites(result.id) or id in (*WAY, *EXPLAINED.get(result.id, ()))


def _said(result: Result) -> str:
    return f": {result.message}" if result.message else ""


def _by(result: Result) -> str:
    return f" by {result.blocked_by}" if result.blocked_by else ""


def compiles(source: str) -> bool:
    """Whether a reproducer is Python at all."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _bad_reproducer(result: Result) -> list[str]:
    if result.verdict not in ("fail", "warn"):
        return []
    if not result.reproducer or not compiles(result.reproducer):
        return ["its reproducer is no Python"]
    if result.reproducer.startswith(ONLY_IN_THE_RUN):
        return ["its reproducer shows nothing"]
    return []


# The whole


def gaps(specification: Specification) -> list[str]:
    """What lacks its counterpart: checks without requirement, requirements without faulty stream."""
    known = {requirement.id: requirement for requirement in specification}
    lines = [f"{id} has a check and is no requirement" for id in checks() if id not in known]
    lines += [
        f"{id} has a check and is stated to be untested: {known[id].untested}"
        for id in checks()
        if id in known and known[id].untested
    ]
    lied_about = {faulty.id for faulty in faulty_streams().values()}
    lines += [f"{id} has a check and no faulty stream" for id in must_be_killed(specification) - lied_about]
    for name, faulty in faulty_streams().items():
        wrong = [id for id in (faulty.id, *faulty.also) if id not in must_be_killed(specification)]
        lines += [f"{name} lies about {id}, which is no checked MUST or SHOULD" for id in wrong]
    return sorted(lines)


def must_be_killed(specification: Specification) -> set[str]:
    """The ids that need a faulty stream: MUST and SHOULD, with a check."""
    return {
        requirement.id
        for requirement in specification
        if requirement.level in DECIDED and requirement.id in checks()
    }


class Judged(NamedTuple):
    """What is wrong with the verdicts on a faulty stream, and whether its budget caught it at all."""

    lines: list[str]
    caught: bool


def _judged(job: tuple[str, str]) -> Judged:
    name, budget = job
    try:
        lines = misjudged(name, budget)
        if lines and budget == "quick" and not noteworthy(judge(faulty_streams()[name].stream, budget)):
            return Judged(misjudged(name, "standard"), caught=False)
        return Judged(lines, caught=not lines)
    except Exception as error:
        return Judged([f"the kit broke: {type(error).__name__}: {error}"], caught=False)


def _blamed(job: tuple[Any, str, int]) -> list[str]:
    stream, budget, seed = job
    name = stream if isinstance(stream, str) else stream.__name__
    try:
        said = blamed(resolve(stream) if isinstance(stream, str) else stream, budget, seed)
    except Exception as error:
        return [f"{name}: the kit broke: {type(error).__name__}: {error}"]
    return [f"{name} is legal, and {id} says (seed {seed}): {message}" for id, message in said.items()]


def main() -> int:
    """Audit, print, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("--budget", default="standard", help="as --tck-budget (default: standard)")
    parser.add_argument("--seeds", type=int, default=0, help="judge only legal streams, with so many seeds")
    parser.add_argument("--write", action="store_true", help="write the generated files, and judge nothing")
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="beside the first faulty stream of each requirement judge every Nth of the others",
    )
    options = parser.parse_args()
    specification = load()
    if options.write:
        for path, text in generated(specification).items():
            path.write_text(text, encoding="utf-8")
        return 0
    with Pool(PROCESSES) as pool:
        if options.seeds:
            return _legal(
                pool, options.budget, [*ODD[:: options.every], *MODELS, *SOUND], range(options.seeds)
            )
        wrong = _faulty(pool, options.budget, specification, options.every)
        return max(
            wrong, _legal(pool, options.budget, [*ODD[:: min(options.every, MOST_APART)], *MODELS], [0])
        )


def chosen(every: int) -> list[str]:
    """The first faulty stream of each requirement, and every so many of the others."""
    first = {faulty.id: name for name, faulty in reversed(faulty_streams().items())}
    others = [name for name in faulty_streams() if name not in first.values()]
    return [*first.values(), *others[::every]]


def _faulty(pool: PoolType, budget: str, specification: Specification, every: int) -> int:
    print(table(specification))
    names = chosen(every)
    verdicts = dict(zip(names, pool.imap(_judged, [(name, budget) for name in names]), strict=True))
    problems = gaps(specification)
    for name, (lines, _) in verdicts.items():
        problems += [f"{name}: {line}" for line in lines[:SHOWN]]
        problems += [f"{name}: and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    problems += [f"{name} is pending: {why}" for name, why in PENDING.items()]
    for line in problems:
        print(f"audit: {line}")
    wanted = must_be_killed(specification)
    killed = wanted & {faulty_streams()[name].id for name, (lines, _) in verdicts.items() if not lines}
    caught = sum(judged.caught for judged in verdicts.values())
    share = caught / len(names)
    print(f"audit: {len(killed)} of {len(wanted)} checked MUST/SHOULD requirements are killed")
    print(f"audit: {caught} of {len(names)} faulty streams are caught at budget {budget} ({share:.1%})")
    return 1 if problems or killed != wanted or share < LEAST_CAUGHT.get(budget, 1) else 0


def _legal(pool: PoolType, budget: str, streams: list[Any], seeds: Iterable[int]) -> int:
    """Judge streams that are legal, with each seed; 1 where one is blamed."""
    jobs = [(stream, budget, seed) for stream in streams for seed in seeds]
    said = list(pool.imap(_blamed, jobs))
    for line in (line for lines in said for line in lines):
        print(f"audit: {line}")
    sound = sum(not lines for lines in said)
    print(
        f"audit: {sound} of {len(jobs)} runs of {len(streams)} legal streams at budget {budget} blame nobody"
    )
    return int(sound != len(jobs))


if __name__ == "__main__":
    sys.exit(main())
