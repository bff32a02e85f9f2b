"""Reports made by hand, for the tests of the formats."""

from typing import Any

from streamtck.spec import load
from streamtck.verdicts import Verdict

MARKUP = (
    "<script>alert(1)</script> | `code` ``` ![x](http://example.org/a.png) [a](javascript:b) @someone #1 *x*"
)
BREAKS = "one\n\n```\n# two\r\n::error::three\u2028::warning::four\x1b[31m\x00\x85five ~~~ <!-- "
HOSTILE = MARKUP + BREAKS


def row(id: str, verdict: str = "pass", **more: Any) -> dict[str, Any]:
    """The row of a requirement, with what its verdict has to bring."""
    requirement = load()[id]
    needs = verdict not in ("pass", "observed")
    made = {
        "id": id,
        "clause": requirement.clause,
        "level": requirement.level,
        "verdict": verdict,
        "message": "something was wrong" if needs else "",
        "reproducer": "raise AssertionError\n" if verdict in ("fail", "warn", "known") else None,
        "blocked_by": "SK-5a" if verdict == "blocked" else None,
        "observed": {},
        "duration_s": 0.25,
    }
    if verdict == "known":
        made["reason"] = "clamps, see issue 12"
    return {**made, **more}


def implementation(name: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An implementation with all requirements: those that are not given are met."""
    given = {each["id"]: each for each in rows}
    whole = [given.get(each.id) or row(each.id) for each in load()]
    summary = {str(verdict): sum(each["verdict"] == verdict for each in whole) for verdict in Verdict}
    return {
        "name": name,
        "subject": name,
        "distribution": "mypkg",
        "version": "1.0",
        "surfaces": ["python-file"],
        "operations": {"read_bytes": "native", "peek": "absent"},
        "summary": summary,
        "requirements": whole,
        **more,
    }


def document(*implementations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A report, complete unless it says otherwise."""
    return {
        "schema": "streamtck-report/1",
        "complete": True,
        "selection": None,
        "kit": {"version": "0.1.0", "python": "3.11.7", "platform": "Linux", "budget": "quick", "seed": 0},
        "implementations": list(implementations),
        **more,
    }


def hostile() -> dict[str, Any]:
    """A report in which every text that comes from a subject is hostile."""
    said = {"message": HOSTILE, "call": HOSTILE, "got": HOSTILE, "wanted": HOSTILE}
    return document(
        implementation(
            HOSTILE,
            row("SK-5a", "fail", reproducer=HOSTILE, **said),
            row("IS-7b", "warn", reproducer=HOSTILE, **said),
            row("SK-1a", "known", reason=HOSTILE, link="https://example.org/1|`2`", **said),
            row("SK-5b", "blocked", **said),
            row("SK-6a", "error", message=HOSTILE),
            row("SK-2a", "observed", observed={HOSTILE: HOSTILE}),
            distribution=HOSTILE,
            version=HOSTILE,
        ),
        implementation("io.BytesIO"),
    )
