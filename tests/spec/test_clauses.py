"""The shipped clauses load, and the loader says in one line what is wrong with a malformed file."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from streamtck.spec import Requirement, Source, SpecError, Specification, load

COUNTS = {"FS": 2, "CC": 2, "IS": 23, "SK": 24, "PR": 10, "DS": 24, "PY": 54, "WR": 9, "LZ": 22}


def _ids(family: str, clauses: str) -> set[str]:
    pairs = [(clause.rstrip("abcdefg"), clause.lstrip("N0123456789")) for clause in clauses.split()]
    return {f"{family}-{number}{letter}" for number, letters in pairs for letter in letters}


# the number of each clause with the letters of its requirements; ids never change once released
EXPECTED = {
    "FS": "1ab",
    "CC": "1a 2a",
    "IS": "0abcdefg 1a 2a 3a 4abcde 5a 6a 7abc 8ab N1a",
    "SK": "0a 1a 2ab 3a 4a 5ab 6a 7a 8ab 9a 10a 11ab 12ab 13a 14a 15ab 16a 17a",
    "PR": "1abcde 2a 3a 4ab 5a",
    "DS": "1abcd 2ab 3ab 4ab 5ab 6ab 7ab 8ab 9ab 10ab 11a 12a",
    "PY": "1abcd 2abcd 3a 4ab 5a 6abc 7ab 8ab 9abcd 10abc 11ab 12abcdef 13a 14abc 15ab 16a 17abc 18abcde "
    "19a 20a 21abc",
    "WR": "1ab 2a 3a 4a 5a 6a 7a 8a",
    "LZ": "1a 2abcd 3ab 4a 5a 6a 7ab 8ab 9a 10ab 11ab 12a 13a 14a",
}


@pytest.fixture(scope="module")
def spec() -> Specification:
    return load()


# --- the shipped files ----------------------------------------------------------------------------


def test_families_come_in_the_order_of_a_report(spec: Specification) -> None:
    """The shipped files load, and the families stand in the order of a report."""
    assert [family.id for family in spec.families] == list(COUNTS)


@pytest.mark.parametrize("family", COUNTS)
def test_every_requirement_is_there(spec: Specification, family: str) -> None:
    """A family has each requirement of the list of clauses and no other."""
    (found,) = [each for each in spec.families if each.id == family]
    assert {each.id for each in found.requirements} == _ids(family, EXPECTED[family])
    assert len(found.requirements) == COUNTS[family]


@pytest.mark.parametrize(
    ("family", "surfaces", "wraps"),
    [
        ("FS", {"hadoop", "python-file", "data-store"}, False),
        ("CC", {"hadoop", "python-file", "data-store"}, False),
        ("IS", {"hadoop", "python-file"}, False),
        ("SK", {"hadoop", "python-file"}, False),
        ("PR", {"hadoop", "python-file"}, False),
        ("DS", {"data-store"}, False),
        ("PY", {"python-file"}, False),
        ("WR", {"hadoop", "python-file", "data-store"}, True),
        ("LZ", {"codec"}, False),
    ],
)
def test_a_family_applies_to_its_surfaces(
    spec: Specification, family: str, surfaces: set[str], wraps: bool
) -> None:
    """A family names the surfaces that it applies to, and whether only wrapping subjects are meant.

    Two handles on one file may disturb each other where nothing is wrapped, too.
    """
    (found,) = [each for each in spec.families if each.id == family]
    assert set(found.surfaces) == surfaces
    assert {each.wraps for each in found.requirements if each.id != "WR-5a"} == {wraps}


@pytest.mark.parametrize(
    ("level", "ids"),
    [
        ("MUST NOT", "SK-0a"),
        ("MAY", "FS-1b PY-2d PY-12f LZ-14a"),
        ("undefined", "CC-2a SK-2a"),
        ("assumption", "CC-1a"),
        ("definition", "SK-7a"),
        ("note", "IS-N1a DS-11a"),
        (
            "SHOULD",
            "IS-1a IS-4e IS-7b SK-2b SK-3a SK-5b SK-16a DS-7b PY-1b PY-2c PY-12e PY-18d PY-18e PY-21a PY-21b "
            "WR-3a WR-6a WR-8a LZ-12a LZ-13a",
        ),
    ],
)
def test_levels_other_than_must(spec: Specification, level: str, ids: str) -> None:
    """Each level other than MUST has exactly the requirements that the list of clauses gives it."""
    named = {each.id for each in spec if each.level == level and each.family in COUNTS}
    assert named == set(ids.split())


def test_untested_requirements_are_named(spec: Specification) -> None:
    """Only what no check can decide carries a reason for staying untested."""
    untested = {each.id for each in spec if each.untested and each.family in COUNTS}
    assert untested == {"CC-1a", "CC-2a", "IS-N1a", "SK-7a", "DS-11a"}


def test_binding_is_must_and_must_not(spec: Specification) -> None:
    """A requirement binds where its level is MUST or MUST NOT."""
    assert spec["SK-5a"].binding
    assert spec["SK-0a"].binding
    assert not spec["SK-5b"].binding
    assert not spec["PY-2d"].binding
    assert not spec["SK-7a"].binding


def test_every_rule_is_short_and_one_line(spec: Specification) -> None:
    """A rule is one sentence that fits a line of a report."""
    for each in spec:
        assert each.rule.count(". ") == 0, each.id
        assert "\n" not in each.rule, each.id
        assert len(each.rule) < 180, each.id


def test_what_is_graded_down_says_why(spec: Specification) -> None:
    """Where our level is below that of the source, the reading is there."""
    for id in ("IS-7b", "PY-1b", "PY-2c", "PY-18d", "PY-18e"):
        assert spec[id].reading, id


def test_related_is_mutual(spec: Specification) -> None:
    """Where one requirement names another as the same act, that one names it too."""
    assert spec["PY-18a"].related == ("IS-1a",)
    assert spec["PY-18b"].related == ("SK-3a",)
    for each in spec:
        for id in each.related:
            assert each.id in spec[id].related


def test_a_requirement_knows_where_it_comes_from(spec: Specification) -> None:
    """The source is cited by title, section, item and line, whatever of these there is."""
    title = "Hadoop FileSystem specification (draft): InputStream, Seekable and PositionedReadable"
    assert spec["SK-5a"].source == Source(title, "Seekable", 5, 111)
    assert str(spec["SK-5a"].source) == f"{title}, Seekable 5, line 111"
    assert str(spec["SK-0a"].source) == f"{title}, Seekable, line 81"
    assert str(spec["WR-2a"].source) == "streamtck, Wrapped sources"


def test_access_by_id(spec: Specification) -> None:
    """A specification is read like a mapping and iterated like the list of its requirements."""
    one = spec["SK-11b"]
    assert isinstance(one, Requirement)
    assert (one.id, one.clause, one.family) == ("SK-11b", "SK-11", "SK")
    assert (one.level, one.origin) == ("MUST", "source")
    assert "SK-11b" in spec
    assert "SK-11" not in spec
    assert [each.id for each in spec][:2] == ["FS-1a", "FS-1b"]
    assert len(list(spec)) == len(spec)
    with pytest.raises(KeyError):
        spec["SK-99a"]


def test_the_shipped_files_are_read_once() -> None:
    """Loading without a folder gives the same object each time."""
    assert load() is load()


# --- select ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "ids"),
    [
        (["SK-5a"], "SK-5a"),
        (["sk-5A"], "SK-5a"),
        (["SK-1"], "SK-1a"),
        (["SK-5"], "SK-5a SK-5b"),
        (["is-n1"], "IS-N1a"),
        (["SK-1[12]"], "SK-11a SK-11b SK-12a SK-12b"),
        (["PR-4", " FS-1a "], "PR-4a PR-4b FS-1a"),
        (["FS-*", "FS-1a"], "FS-1a FS-1b"),
        (["*-N*"], "IS-N1a"),
        ([], ""),
    ],
)
def test_select(spec: Specification, patterns: list[str], ids: str) -> None:
    """A pattern selects by id, by clause with all its letters, or by wildcard, in any case."""
    assert spec.select(patterns) == frozenset(ids.split())


def test_select_a_family(spec: Specification) -> None:
    """SK-* selects the whole family."""
    assert len(spec.select(["SK-*"])) == COUNTS["SK"]


@pytest.mark.parametrize(
    ("pattern", "near"), [("SK-99", "SK-9"), ("SK", " SK-*"), ("sk5a", "SK-5a"), ("", "")]
)
def test_select_nothing_is_an_error(spec: Specification, pattern: str, near: str) -> None:
    """A pattern that selects nothing is refused in one line with what is expected and what is near."""
    with pytest.raises(SpecError) as caught:
        spec.select(["SK-5a", pattern])
    message = str(caught.value)
    assert "\n" not in message
    assert repr(pattern) in message
    assert "expected" in message
    assert near in message.partition("near:")[2]


def test_select_far_from_everything(spec: Specification) -> None:
    """Where nothing is near, nothing is suggested."""
    with pytest.raises(SpecError) as caught:
        spec.select(["qwertyuiop"])
    assert "near" not in str(caught.value)


def test_select_takes_no_single_text(spec: Specification) -> None:
    """A text in place of the sequence is a mistake of the caller, not a row of one-letter patterns."""
    with pytest.raises(TypeError):
        spec.select("SK-*")


# --- prerequisites --------------------------------------------------------------------------------


def test_prerequisites_are_transitive(spec: Specification) -> None:
    """What is needed indirectly is there too, the most basic first, the requirement itself not."""
    assert spec.prerequisites("IS-3a") == ("IS-0b", "SK-1a", "IS-2a")
    assert spec.prerequisites("SK-5a") == ()
    assert {"IS-0b", "IS-2a", "SK-1a", "SK-6a", "SK-8a"} < set(spec.prerequisites("SK-14a"))


def test_prerequisites_come_basic_first(spec: Specification) -> None:
    """Nothing stands before what it needs itself."""
    for each in spec:
        order = spec.prerequisites(each.id)
        assert each.id not in order
        assert len(set(order)) == len(order)
        for at, id in enumerate(order):
            assert set(spec[id].requires) <= set(order[:at])


def test_prerequisites_are_binding(spec: Specification) -> None:
    """Only a failure blocks, so nothing waits for a requirement that cannot fail."""
    for each in spec:
        for id in each.requires:
            assert spec[id].binding, (each.id, id)


def test_prerequisites_of_an_unknown_id(spec: Specification) -> None:
    """An unknown id is a KeyError."""
    with pytest.raises(KeyError):
        spec.prerequisites("SK-99a")


# --- the loader on other folders ------------------------------------------------------------------

DOCUMENTS = '[book]\ntitle = "The Book"\n'
FAMILY = """\
[family]
id = "AA"
title = "Letters"
order = 2
surfaces = ["codec"]
"""
REQUIREMENT = """\
[[requirement]]
id = "AA-1a"
level = "MUST"
origin = "ours"
rule = "It works."
source = { document = "book", section = "One", number = 1, line = 7 }
look_at = "Does it?"
"""
GOOD = FAMILY + REQUIREMENT


def _folder(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "spec"
    folder.mkdir()
    for name, text in ({"documents": DOCUMENTS} | files).items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def _complaint(folder: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load(folder)
    message = str(caught.value)
    assert message.isprintable(), "one line"
    return message


def test_a_requirement_may_say_otherwise_than_its_family(tmp_path: Path) -> None:
    """A requirement of a wrapping family that says `wraps = false` applies to every subject."""
    text = GOOD.replace("order = 2", "order = 2\nwraps = true").rstrip("\n") + "\nwraps = false\n"
    assert [each.wraps for each in load(_folder(tmp_path, a=text))] == [False]


def test_a_new_family_is_a_new_file(tmp_path: Path) -> None:
    """A family that the kit has never heard of loads, and `order` places it."""
    other = GOOD.replace("AA", "BB").replace("order = 2", "order = 1\nwraps = true")
    spec = load(_folder(tmp_path, a=GOOD, b=other))
    assert [family.id for family in spec.families] == ["BB", "AA"]
    assert [each.wraps for each in spec] == [True, False]
    assert str(spec["AA-1a"].source) == "The Book, One 1, line 7"
    assert (spec["AA-1a"].reading, spec["AA-1a"].requires, spec["AA-1a"].untested) == (None, (), None)


def test_a_long_text_may_be_broken(tmp_path: Path) -> None:
    """A text over several lines arrives as one line."""
    text = GOOD.replace('"Does it?"', '"""\n  Does\n  it?\n"""')
    assert load(_folder(tmp_path, a=text))["AA-1a"].look_at == "Does it?"


REQUIREMENT_FAULTS = {
    "level unknown": ('"MUST"', '"MUSTN"', "level", "'MUSTN'"),
    "level of a wrong type": ('"MUST"', "3", "level", "got 3, expected text"),
    "level missing": ('level = "MUST"\n', "", "level", "missing"),
    "origin unknown": ('"ours"', '"theirs"', "origin", "source, derived, ours"),
    "rule without a full stop": ("It works.", "It works", "rule", "full stop"),
    "rule empty": ("It works.", " ", "rule", "empty"),
    "rule missing": ('rule = "It works."\n', "", "rule", "missing"),
    "look_at missing": ('look_at = "Does it?"\n', "", "look_at", "missing"),
    "look_at empty": ("Does it?", "", "look_at", "empty"),
    "source of a wrong type": ("{ document", '"book" # ', "source", "expected a table"),
    "document unknown": ('"book"', '"film"', "source.document", "expected one of book"),
    "section missing": ('section = "One", ', "", "source.section", "missing"),
    "number of a wrong type": ("number = 1", "number = true", "source.number", "got True"),
    "line too small": ("line = 7", "line = 0", "source.line", "got 0"),
    "source with an unknown key": ("line = 7", "lines = 7", "source.lines", "unknown key"),
    "unknown key": ("look_at", "lookat", "lookat", "unknown key"),
    "reading empty": ("look_at", 'reading = ""\nlook_at', "reading", "empty"),
    "untested empty": ("look_at", 'untested = ""\nlook_at', "untested", "empty"),
    "requires of a wrong type": ("look_at", 'requires = "AA-1a"\nlook_at', "requires", "a list of texts"),
    "requires with a number": ("look_at", "requires = [1]\nlook_at", "requires", "got 1"),
    "requires twice": ("look_at", 'requires = ["AA-1b", "AA-1b"]\nlook_at', "requires", "twice"),
    "requires unknown": ("look_at", 'requires = ["AA-2a"]\nlook_at', "requires", "near: AA-1a"),
    "related unknown": ("look_at", 'related = ["SK-1a"]\nlook_at', "related", "'SK-1a'"),
    "requires itself": ("look_at", 'requires = ["AA-1a"]\nlook_at', "requires", "AA-1a -> AA-1a"),
}


@pytest.mark.parametrize("fault", REQUIREMENT_FAULTS)
def test_a_malformed_requirement(tmp_path: Path, fault: str) -> None:
    """A fault in a requirement is told by file, id and field, and says what was found or expected."""
    old, new, field, told = REQUIREMENT_FAULTS[fault]
    assert old in REQUIREMENT
    message = _complaint(_folder(tmp_path, letters=FAMILY + REQUIREMENT.replace(old, new, 1)))
    assert message.startswith(f"spec/letters.toml: AA-1a: {field}: ")
    assert told in message


@pytest.mark.parametrize(
    "id",
    ["AA-1", "AA-1A", "AA-a", "A-1a", "AA-1ab", "AA-M1a", "AA-1a\\n", " AA-1a", "aa-1a", "AA-\\u0661a", ""],
)
def test_a_malformed_id(tmp_path: Path, id: str) -> None:
    """An id of another form is refused; the entry is told by its place in the file."""
    message = _complaint(_folder(tmp_path, letters=FAMILY + REQUIREMENT.replace("AA-1a", id)))
    assert message.startswith("spec/letters.toml: requirement 1: id: got ")


def test_a_missing_id(tmp_path: Path) -> None:
    """A requirement without an id is told by its place in the file."""
    text = GOOD + REQUIREMENT.replace('id = "AA-1a"\n', "")
    assert _complaint(_folder(tmp_path, a=text)).startswith("spec/a.toml: requirement 2: id: missing")


def test_an_id_of_another_family(tmp_path: Path) -> None:
    """A requirement stands in the file of its family."""
    message = _complaint(_folder(tmp_path, a=FAMILY + REQUIREMENT.replace("AA-1a", "BB-1a")))
    assert message == "spec/a.toml: BB-1a: id: is of another family, expected AA-"


def test_a_duplicate_id(tmp_path: Path) -> None:
    """An id occurs once in a file."""
    message = _complaint(_folder(tmp_path, a=GOOD + REQUIREMENT))
    assert message == "spec/a.toml: AA-1a: id: is already in spec/a.toml"


def test_a_duplicate_id_across_files(tmp_path: Path) -> None:
    """An id occurs once in all files."""
    message = _complaint(_folder(tmp_path, a=GOOD, b=GOOD))
    assert message == "spec/b.toml: AA-1a: id: is already in spec/a.toml"


def test_a_circle_of_prerequisites(tmp_path: Path) -> None:
    """A circle is told along its whole way, in the direction of `requires`."""
    texts = [
        REQUIREMENT.replace("AA-1a", f"AA-1{one}") + f'requires = ["AA-1{other}"]\n'
        for one, other in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    message = _complaint(_folder(tmp_path, a=FAMILY + "".join(texts)))
    assert message.startswith("spec/a.toml: AA-1")
    way = message.partition("circle: ")[2].split(" -> ")
    assert len(way) == 4
    assert way[0] == way[-1]
    steps = {(one[-1], other[-1]) for one, other in itertools.pairwise(way)}
    assert steps == {("a", "b"), ("b", "c"), ("c", "a")}
    assert ": requires: " in message


FAMILY_FAULTS = {
    "id malformed": ('"AA"', '"AAA"', "id", "'AAA'"),
    "id missing": ('id = "AA"\n', "", "id", "missing"),
    "title empty": ("Letters", "", "title", "empty"),
    "order missing": ("order = 2\n", "", "order", "missing"),
    "order of a wrong type": ("order = 2", 'order = "2"', "order", "got '2'"),
    "surface unknown": ('"codec"', '"code"', "surfaces", "hadoop, python-file, data-store, codec"),
    "surfaces empty": ('["codec"]', "[]", "surfaces", "missing"),
    "wraps of a wrong type": ("order = 2", 'order = 2\nwraps = "yes"', "wraps", "true or false"),
    "unknown key": ("title", "name", "name", "unknown key"),
}


@pytest.mark.parametrize("fault", FAMILY_FAULTS)
def test_a_malformed_family(tmp_path: Path, fault: str) -> None:
    """A fault in the family table is told by file, table and field."""
    old, new, field, told = FAMILY_FAULTS[fault]
    assert old in FAMILY
    message = _complaint(_folder(tmp_path, letters=FAMILY.replace(old, new, 1) + REQUIREMENT))
    assert message.startswith(f"spec/letters.toml: [family]: {field}: ")
    assert told in message


def test_two_families_in_one_place(tmp_path: Path) -> None:
    """Two families do not share a place in the order."""
    message = _complaint(_folder(tmp_path, a=GOOD, b=GOOD.replace("AA", "BB")))
    assert message == "spec/b.toml: [family]: order: 2 is already that of AA"


def test_one_family_in_two_files(tmp_path: Path) -> None:
    """A family has one file."""
    other = GOOD.replace("AA-1a", "AA-2a").replace("order = 2", "order = 3")
    assert _complaint(_folder(tmp_path, a=GOOD, b=other)).startswith("spec/b.toml: [family]: id: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[family\n", "not TOML: .*line 1"),
        (REQUIREMENT, "family: missing"),
        (FAMILY, "requirement: missing"),
        ("requirement = []\n" + FAMILY, "requirement: is empty"),
        ("requirement = [1]\n" + FAMILY, "requirement: got 1"),
        ("requirement = 1\n" + FAMILY, "requirement: got 1"),
        ("family = 1\n", "family: got 1"),
        ("other = 1\n" + GOOD, "other: unknown key"),
        ('"a\\nb" = 1\n' + GOOD, "unknown key"),
    ],
)
def test_a_malformed_file(tmp_path: Path, text: str, told: str) -> None:
    """A fault outside the entries is told by file and field, a syntax error with its line."""
    folder = _folder(tmp_path, letters=text)
    with pytest.raises(SpecError, match=f"^spec/letters.toml: .*{told}"):
        load(folder)
    _complaint(folder)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are told by file and place."""
    folder = _folder(tmp_path, a=GOOD)
    (folder / "a.toml").write_bytes(b"# \xff\n")
    assert _complaint(folder) == "spec/a.toml: not UTF-8: byte 2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("book = 1\n", "spec/documents.toml: book: got 1"),
        ("[book]\n", "spec/documents.toml: [book]: title: missing"),
        ('[book]\ntitle = ""\n', "spec/documents.toml: [book]: title: is empty"),
        ('[book]\ntitle = "B"\nyear = 1\n', "spec/documents.toml: [book]: year: unknown key"),
    ],
)
def test_malformed_documents(tmp_path: Path, text: str, told: str) -> None:
    """A fault in the list of documents is told by file, document and field."""
    assert _complaint(_folder(tmp_path, documents=text, a=GOOD)).startswith(told)


def test_a_folder_without_documents(tmp_path: Path) -> None:
    """The list of documents has to be there."""
    folder = _folder(tmp_path, a=GOOD)
    (folder / "documents.toml").unlink()
    assert _complaint(folder) == "spec/documents.toml: missing"


def test_a_folder_without_families(tmp_path: Path) -> None:
    """A folder without any family is not an empty specification but a mistake."""
    assert _complaint(_folder(tmp_path)).startswith("spec: ")
