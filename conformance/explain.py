"""What the command line says about requirements and registered subjects."""

from collections.abc import Iterator
from textwrap import indent, wrap

from streamtck.adapters import registered
from streamtck.spec import Requirement, SpecError, Specification, shown_by

WIDTH = 100


def listing(
    specification: Specification, patterns: list[str], family: str | None, level: str | None
) -> Iterator[str]:
    """A line for each requirement that is asked for: id, level and rule. SpecError where there is none."""
    wanted = specification.select([*patterns] if patterns else ["*"])
    chosen = [
        each
        for each in specification
        if each.id in wanted
        and (family is None or each.family.casefold() == family.casefold())
        and (level is None or each.level.casefold() == level.casefold())
    ]
    if not chosen:
        families = ", ".join(each.id for each in specification.families)
        raise SpecError(f"no requirement is of that family and level: the families are {families}")
    width = max(len(each.id) for each in chosen)
    for each in chosen:
        yield f"{each.id:<{width}}  {each.level:<10}  {each.rule}"


def subjects() -> Iterator[str]:
    """A line for each registered subject: its name, and where it is."""
    found = registered()
    width = max((len(name) for name in found), default=0)
    for name, point in sorted(found.items()):
        yield f"{name:<{width}}  {point.value}"


def explanation(specification: Specification, pattern: str) -> Iterator[str]:
    """All that is known about the requirements that a pattern selects. SpecError where there is none."""
    wanted = specification.select([pattern])
    for number, each in enumerate(each for each in specification if each.id in wanted):
        if number:
            yield ""
        yield from _explained(each, specification)


def _explained(requirement: Requirement, specification: Specification) -> Iterator[str]:
    yield f"{requirement.id} {requirement.level}: {requirement.rule}"
    basic = specification.prerequisites(requirement.id)
    rows = [
        ("source", f"{requirement.source} ({requirement.origin})"),
        ("reading", requirement.reading),
        ("look at", requirement.look_at),
        ("needs", ", ".join(basic)),
        ("related", ", ".join(requirement.related)),
        ("untested", requirement.untested),
    ]
    for name, text in rows:
        if text:
            first, *more = wrap(text, WIDTH - 12, break_long_words=False, break_on_hyphens=False)
            yield f"  {name:<9} {first}"
            yield from (f"            {line}" for line in more)
    shown = shown_by(requirement.id)
    if shown:
        yield f"  shown by  {shown.stream} in {shown.module}, which breaks just this:"
        yield indent(shown.source.rstrip("\n"), "      ")
