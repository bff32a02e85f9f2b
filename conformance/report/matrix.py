"""The matrix of a report with several implementations: requirements by implementations."""

from dataclasses import dataclass

from streamtck.report.subject import Row, Subject
from streamtck.spec import Specification


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One requirement across the implementations: a cell for each, None where its report has no such row."""

    id: str
    level: str
    rule: str
    cells: list[Row | None]

    @property
    def differs(self) -> bool:
        """Whether the implementations do not all have one verdict."""
        return len({cell.verdict if cell else "" for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class MatrixFamily:
    """The rows of one family; `absent` says why they are one line: no implementation has the surface."""

    id: str
    title: str
    rows: list[MatrixRow]
    absent: str


def matrix(subjects: list[Subject], specification: Specification) -> list[MatrixFamily]:
    """The families, in the order in which the implementations' reports have them, with their rows."""
    titles = {each.id: each.title for each in specification.families}
    names: dict[str, dict[str, Row]] = {}
    for subject in subjects:
        for row in subject.rows:
            names.setdefault(row.family, {}).setdefault(row.id, row)
    return [
        MatrixFamily(
            name, titles.get(name, ""), _matrix_rows(subjects, firsts), _absent_everywhere(name, subjects)
        )
        for name, firsts in names.items()
    ]


def _matrix_rows(subjects: list[Subject], firsts: dict[str, Row]) -> list[MatrixRow]:
    found = [{row.id: row for row in subject.rows} for subject in subjects]
    return [
        MatrixRow(
            id=id,
            level=first.level,
            rule=first.requirement.rule if first.requirement else "",
            cells=[rows.get(id) for rows in found],
        )
        for id, first in firsts.items()
    ]


def _absent_everywhere(family: str, subjects: list[Subject]) -> str:
    reasons = [each.absent for subject in subjects for each in subject.families if each.label == family]
    return reasons[0] if reasons and all(reasons) else ""
