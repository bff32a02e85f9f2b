"""The first file of deviations, for a project that starts: what fails today, for its author to explain."""

import re
from collections.abc import Iterable

from streamtck.verdicts import Result, Verdict

HEAD = """\
# What {name} does not meet today, as streamtck {version} found it with --tck-budget={budget}.
# Say why in each reason, and delete an entry when its requirement is met: from then on it makes the run red.
"""
UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def text(name: str, version: str, budget: str, results: Iterable[Result]) -> str:
    """The file as TOML: an entry for each failure and each warning, in the order given."""
    parts = [HEAD.format(name=_one_line(name), version=version, budget=budget)]
    for result in results:
        if result.verdict in (Verdict.FAIL, Verdict.WARN):
            message = _one_line(result.message)
            reason = f"TODO: why: {message}"
            parts.append(
                f"[[deviation]]\n# {result.verdict}: {message}\n"
                f"id = {_quoted(result.id)}\nreason = {_quoted(reason)}\n"
            )
    return "\n".join(parts)


def _one_line(text: str) -> str:
    return UNFIT.sub("?", " ".join(text.split()))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
