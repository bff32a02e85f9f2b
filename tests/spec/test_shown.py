"""Each checked MUST and SHOULD has a stream that shows how it is broken."""

from __future__ import annotations

import ast

import pytest

from streamtck.registry import checks
from streamtck.spec import load, shown_by


def test_every_checked_must_and_should_is_shown() -> None:
    """The requirements with a stream are those that a stream can break."""
    can_be_broken = {each.id for each in load() if each.level in ("MUST", "MUST NOT", "SHOULD")}
    assert {each.id for each in load() if shown_by(each.id)} == can_be_broken & set(checks())


def test_the_source_is_one_class_that_says_its_lie() -> None:
    """What is shown is a class of that name, with a docstring of one line."""
    for each in load():
        shown = shown_by(each.id)
        if shown is None:
            continue
        (tree,) = ast.parse(shown.source).body
        assert isinstance(tree, ast.ClassDef)
        assert tree.name == shown.stream
        assert "\n" not in (ast.get_docstring(tree) or "\n")
        assert shown.module.startswith("tests/faulty/")


@pytest.mark.parametrize("id", ["SK-2a", "XX-1a", ""])
def test_what_nothing_can_break_is_not_shown(id: str) -> None:
    """An observed requirement, and an id that does not exist, have no such stream."""
    assert shown_by(id) is None
