"""The kit audited: each checked requirement has a stream that breaks it, and is caught by that one alone.

`python -m tests.audit` judges every faulty stream and prints which requirement is killed by which, and sees
that no odd and legal one is blamed.
"""

import argparse
import ast
import sys
from multiprocessing import Pool

from streamtck.engine import WAY
from streamtck.registry import checks
from streamtck.replay import ONLY_IN_THE_RUN
from streamtck.spec import Requirement, Specification, load
from streamtck.verdicts import Result
from tests.faulty import PENDING, faulty_streams
from tests.faulty.odd_codecs import ODD
from tests.judging import blamed, judge, noteworthy

PROCESSES = 2
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
        if id not in expected and not rests_on(specification, results[id], faulty.id)
    ]
    return lines + [f"{id}: {why}" for id in expected for why in _bad_reproducer(results[id])]


def misjudged_at_last(name: str, budget: str) -> list[str]:
    """The same, but a lie that a lesser budget does not notice at all is looked for at the standard one."""
    problems = misjudged(name, budget)
    if problems and budget == "quick" and not noteworthy(judge(faulty_streams()[name].stream, budget)):
        return misjudged(name, "standard")
    return problems


def expected_verdict(requirement: Requirement) -> str:
    """What a requirement says of a stream that breaks it."""
    return "fail" if requirement.level in BINDING else "warn"


def rests_on(specification: Specification, result: Result, id: str) -> bool:
    """Whether a result is blocked by `id`, and may be: only a MUST blocks, and only what rests on it."""
    if result.verdict != "blocked" or result.blocked_by != id or specification[id].level not in BINDING:
        return False
    return id in specification.prerequisites(result.id) or id in WAY


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


def table(specification: Specification) -> list[str]:
    """Requirement, level, check and faulty streams, a line each."""
    rows = [("requirement", "level", "check", "faulty streams")]
    for requirement in specification:
        check = checks().get(requirement.id)
        if check is None:
            continue
        names = [name for name, faulty in faulty_streams().items() if faulty.id == requirement.id]
        rows.append((requirement.id, requirement.level, check.slug, ", ".join(names) or "-"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]


def _misjudged(job: tuple[str, str]) -> list[str]:
    name, budget = job
    try:
        return misjudged_at_last(name, budget)
    except Exception as error:
        return [f"the kit broke: {type(error).__name__}: {error}"]


def _blamed(job: tuple[int, str]) -> list[str]:
    number, budget = job
    stream = ODD[number]
    try:
        said = blamed(stream, budget)
    except Exception as error:
        return [f"{stream.__name__}: the kit broke: {type(error).__name__}: {error}"]
    return [f"{stream.__name__} is odd and legal, and {id} says: {message}" for id, message in said.items()]


def main() -> int:
    """Audit, print, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("--budget", default="standard", help="as --tck-budget (default: standard)")
    budget = parser.parse_args().budget
    specification = load()
    stated = [requirement.id for requirement in specification if requirement.untested]
    unwritten = [r.id for r in specification if not r.untested and r.id not in checks()]
    print(*table(specification), sep="\n")
    print(f"\n{len(list(specification))} requirements: {len(checks())} with a check", end="")
    print(f", {len(stated)} untested for a stated reason ({', '.join(stated)})", end="")
    print(f", {len(unwritten)} with no check yet ({', '.join(unwritten)})" if unwritten else "")

    names = list(faulty_streams())
    with Pool(PROCESSES) as pool:
        verdicts = dict(zip(names, pool.imap(_misjudged, [(name, budget) for name in names]), strict=True))
        wrongly = list(pool.imap(_blamed, [(number, budget) for number in range(len(ODD))]))
    problems = [*gaps(specification), *(line for lines in wrongly for line in lines)]
    for name, lines in verdicts.items():
        problems += [f"{name}: {line}" for line in lines[:SHOWN]]
        problems += [f"{name}: and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    problems += [f"{name} is pending: {why}" for name, why in PENDING.items()]
    for line in problems:
        print(f"audit: {line}")
    wanted = must_be_killed(specification)
    killed = wanted & {faulty_streams()[name].id for name, lines in verdicts.items() if not lines}
    sound = sum(not lines for lines in verdicts.values())
    print(f"audit: {len(killed)} of {len(wanted)} checked MUST/SHOULD requirements are killed", end=" ")
    print(f"by {sound} faulty streams")
    print(f"audit: {sum(not lines for lines in wrongly)} of {len(wrongly)} odd streams are not blamed")
    return 1 if problems or killed != wanted else 0


if __name__ == "__main__":
    sys.exit(main())
