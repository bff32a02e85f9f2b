"""The reference page: each requirement on its anchor, and nothing in it that Markdown takes for markup."""

from __future__ import annotations

import re
from pathlib import Path

from streamtck.report.reference import markdown
from streamtck.spec import load, shown_by

ROOT = Path(__file__).parents[2]


def test_every_requirement_has_one_anchor() -> None:
    """Anchors are the ids of families and requirements, and every link inside the page leads to one."""
    text = markdown(load())
    anchors = re.findall(r'<a id="([^"]+)"></a>', text)
    assert anchors == [id for family in load().families for id in _ids(family.id)]
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(anchors)


def _ids(family: str) -> list[str]:
    return [family, *(each.id for each in load() if each.family == family)]


def test_a_requirement_is_told_in_full() -> None:
    """Level, origin, rule, source, reading, what to look at and the stream that shows it are there."""
    text = markdown(load())
    entry = text[text.index('<a id="SK-5a">') : text.index('<a id="SK-5b">')]
    shown = shown_by("SK-5a")
    assert shown is not None
    assert "A seek to a negative position raises." in entry
    assert "- *Level:* MUST, origin: source" in entry
    assert "Seekable 5, line 111" in entry
    assert "- *Reading:* Any exception counts" in entry
    assert r"max(0, position)" in entry
    assert f"[`{shown.stream}`](../{shown.module})" in entry


def test_what_rules_quote_is_no_markup() -> None:
    """Stars, underscores and angle brackets of a rule are escaped."""
    text = markdown(load())
    assert r"2\*\*31" in text
    assert "2**31" not in text


def test_the_files_that_it_links_exist() -> None:
    """Each stream is linked to a file of the repository."""
    links = set(re.findall(r"\]\(\.\./([^)]+)\)", markdown(load())))
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []
