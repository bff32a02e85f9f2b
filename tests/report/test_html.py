"""The HTML report: complete, the same each time, and safe against what a subject says."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from streamtck.report.figures import spelled
from streamtck.report.html import page
from streamtck.spec import load, shown_by
from tests.report.documents import FAULT, HOSTILE, NASTY, NASTY_FAULT, document, implementation, row


class Parsed(HTMLParser):
    """The elements of a page with their attributes, and its text without style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._raw = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        self._raw = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """Leave style and script."""
        self._raw = False

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._raw:
            self.words.append(data)

    @property
    def text(self) -> str:
        """The text with single spaces."""
        return " ".join("".join(self.words).split())

    def values(self, name: str) -> list[str]:
        """The values of an attribute, all over the page."""
        return [str(attributes[name]) for _, attributes in self.elements if name in attributes]

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def parsed(*implementations: dict[str, Any], **changes: Any) -> Parsed:
    """The page of a report with these implementations."""
    return Parsed(page(document(*implementations, **changes), load()))


FAULTY = {"SK-5a": FAULT, "SK-5b": {"verdict": "blocked", "blocked_by": "SK-5a", "message": "the same"}}
SEVERAL = [
    implementation("first", FAULTY),
    implementation(HOSTILE, {"IS-1a": NASTY_FAULT}),
    implementation(HOSTILE + "#2", {"PY-18e": {**FAULT, "verdict": "warn"}}),
]


def test_what_the_tests_show_follows_the_schema() -> None:
    """The made-up reports are reports."""
    schema = json.loads(files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document(*SEVERAL), schema)


def test_a_failure_is_told_in_full() -> None:
    """Call, got, wanted, rule, source, reading, what to look at and the reproducer are on the page."""
    text = parsed(implementation(changes=FAULTY)).text
    requirement = load()["SK-5a"]
    for said in (FAULT["call"], FAULT["got"], FAULT["wanted"], requirement.rule, str(requirement.source)):
        assert said in text
    assert requirement.reading is not None
    assert requirement.reading in text
    assert requirement.look_at in text
    assert "stream = io.BytesIO() stream.seek(-1) # must raise" in text


def test_every_clause_is_there_with_the_stream_that_shows_it() -> None:
    """The reference has each requirement on its own anchor."""
    whole = parsed()
    assert {each.id for each in load()} <= set(whole.values("id"))
    for each in load():
        shown = shown_by(each.id)
        assert shown is None or " ".join(shown.source.split()) in whole.text


@pytest.mark.parametrize("implementations", [[], SEVERAL[:1], SEVERAL], ids=["pass", "one", "several"])
def test_ids_are_unique_and_links_lead_to_them(implementations: list[dict[str, Any]]) -> None:
    """Each link, also that of each cell of a matrix, leads to one element of the page."""
    whole = parsed(*implementations)
    ids = Counter(whole.values("id"))
    assert [id for id, number in ids.items() if number > 1] == []
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", id) for id in ids)
    links = whole.values("href")
    assert all(link.startswith("#") for link in links)
    assert {link[1:] for link in links} <= set(ids)


def test_a_matrix_has_a_cell_for_each_requirement_and_implementation() -> None:
    """Each cell is a link that says its verdict in a word."""
    whole = parsed(*SEVERAL)
    cells = [each for each in whole.named("a") if (each.get("class") or "").startswith("cell ")]
    rows = [each for each in load() if each.family != "LZ"]
    assert len(cells) == len(SEVERAL) * len(rows)
    (cell,) = [each for each in cells if each["href"] == "#i1-SK-5a"]
    assert cell["class"] == "cell fail"
    assert cell["title"] == f"SK-5a, first: fail, {FAULT['message']}"
    assert not [each for each in parsed().named("table") if each.get("class") == "matrix"]


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No attribute that loads or leads somewhere holds an address, and the page forbids itself to ask."""
    whole = parsed(*SEVERAL)
    assert whole.values("src") == []
    assert {tag for tag, _ in whole.elements} & {"link", "img", "iframe", "base", "object"} == set()
    (policy,) = [str(each["content"]) for each in whole.named("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert whole.values("style") == []


def test_hostile_text_is_text() -> None:
    """Markup, quotes and template syntax in names and messages show as they are, and make no element."""
    whole, harmless = parsed(*SEVERAL), parsed(*[implementation(str(number)) for number in range(3)])
    assert len(whole.named("script")) == len(harmless.named("script")) == 1
    assert whole.named("img") == []
    assert [name for _, each in whole.elements for name in each if name.startswith("on")] == []
    assert " ".join(spelled(NASTY).split()) in whole.text
    assert "{{ 7*7 }}" in whole.text
    assert HOSTILE in whole.text


def test_characters_that_do_not_show_are_escapes() -> None:
    """Lone surrogates, control characters and changes of direction are written out, and the rest is UTF-8."""
    text = page(document(*SEVERAL), load())
    assert text.encode("utf-8").decode("utf-8") == text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert spelled("a\ud800\u202e\x00\r\n\tb") == "a\\ud800\\u202e\\x00\\r\n\tb"


def test_the_same_report_gives_the_same_page() -> None:
    """Nothing of the moment is in it."""
    assert page(document(*SEVERAL), load()) == page(document(*SEVERAL), load())


def test_a_surface_that_is_not_there_is_one_line() -> None:
    """No row of a family is shown that has no surface to be judged on; its line says how many there are."""
    whole = parsed()
    assert "the subject offers no codec surface (22 requirements)" in whole.text
    assert whole.text.count("the subject offers no codec surface") == 2
    assert [id for id in whole.values("id") if id.startswith("i1-LZ")] == ["i1-LZ"]
    matrix = parsed(implementation("a"), implementation("b"))
    assert not [link for link in matrix.values("href") if link.startswith("#i1-LZ")]


def test_the_python_family_comes_first() -> None:
    """For a Python file the rules of Python are told before those of the specification."""
    ids = parsed().values("id")
    assert ids.index("i1-PY-1a") < ids.index("i1-IS-1a") < ids.index("i1-SK-1a")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Complete: every requirement was asked"),
        ({"complete": False}, "Not complete. The run broke off"),
        (
            {"complete": False, "selection": "--tck-clause=SK-*"},
            "Only a part was asked for: --tck-clause=SK-*",
        ),
    ],
)
def test_the_page_says_whether_it_is_complete(changes: dict[str, Any], said: str) -> None:
    """A run that broke off, or asked only for a part, never looks whole."""
    text = parsed(**changes).text
    assert said in text
    assert ("Complete:" in text) == (not changes)


def test_a_known_deviation_links_to_where_more_is_said() -> None:
    """The link of a deviation is the only one that leaves the page, and only an address of the web is one."""
    known = {**FAULT, "verdict": "known", "reason": "clamps"}
    links = {"SK-5a": "https://example.org/issues/12", "SK-8b": "javascript:alert(1)"}
    whole = parsed(implementation(changes={id: {**known, "link": link} for id, link in links.items()}))
    assert [link for link in whole.values("href") if not link.startswith("#")] == [links["SK-5a"]]
    assert "clamps" in whole.text


def test_requirements_of_another_version_are_shown() -> None:
    """A row that this kit's specification does not have keeps its verdict and its message."""
    strange = implementation()
    strange["requirements"] += [row("ZZ-9z", "MUST", **FAULT), row("ZZ-9y", "MUST")]
    for whole in (parsed(strange), parsed(strange, implementation("other"))):
        assert "Not in this kit's specification" in whole.text
        assert "ZZ-9z" in whole.text
        assert {link[1:] for link in whole.values("href")} <= set(whole.values("id"))
