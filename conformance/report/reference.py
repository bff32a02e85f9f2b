"""The reference page of all clauses in Markdown: `spec/README.md`."""

import re
from collections.abc import Sequence

from streamtck.spec import Family, Requirement, Shown, Specification, shown_by

HEAD = """# All requirements

Written from the files in this folder by `python -m tests.audit --write`; a test compares. Each requirement
has an anchor of its own: `#SK-5a`. *Level* says how much it binds. *Origin* is `source` where the document
says it, `derived` where it follows from what the document says, `ours` where this kit adds it. *Shown by*
names a stream that breaks the rule and is caught by it.
"""
SPECIAL = re.compile(r"([\\`*_\[\]<>|#&])")


def markdown(specification: Specification) -> str:
    """All requirements by family, each on its own anchor."""
    parts = [HEAD, _contents(specification.families)]
    for family in specification.families:
        parts.append(f'<a id="{family.id}"></a>\n\n## {family.id}: {_plain(family.title)}\n')
        parts += [_entry(each) for each in family.requirements]
    return "\n".join(parts)


def _contents(families: Sequence[Family]) -> str:
    lines = ["| family | | applies to | requirements |", "|---|---|---|---|"]
    for family in families:
        cells = (
            f"[{family.id}](#{family.id})",
            _plain(family.title),
            ", ".join(family.surfaces),
            str(len(family.requirements)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _entry(requirement: Requirement) -> str:
    rows = [
        ("Level", f"{requirement.level}, origin: {requirement.origin}"),
        ("Source", _plain(str(requirement.source))),
        ("Reading", _plain(requirement.reading or "")),
        ("Look at", _plain(requirement.look_at)),
        ("Rests on", _links(requirement.requires)),
        ("See also", _links(requirement.related)),
        ("Untested", _plain(requirement.untested or "")),
        ("Shown by", _shown(shown_by(requirement.id))),
    ]
    head = f'<a id="{requirement.id}"></a>\n\n### {requirement.id}\n\n{_plain(requirement.rule)}\n'
    return "\n".join([head, *(f"- *{name}:* {text}" for name, text in rows if text), ""])


def _links(ids: Sequence[str]) -> str:
    return ", ".join(f"[{id}](#{id})" for id in ids)


def _shown(shown: Shown | None) -> str:
    return f"[`{shown.stream}`](../{shown.module})" if shown else ""


def _plain(text: str) -> str:
    """The text with what Markdown would take for markup as plain characters."""
    return SPECIAL.sub(r"\\\1", text)
