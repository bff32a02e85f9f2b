"""What a page shows of a report as a whole."""

from dataclasses import dataclass
from typing import Any

from streamtck.report.matrix import MatrixFamily, matrix
from streamtck.report.subject import ORDER, Subject, subject
from streamtck.spec import Specification


@dataclass(frozen=True, slots=True)
class View:
    """All that the page shows of the report itself."""

    document: dict[str, Any]
    subjects: list[Subject]
    matrix: list[MatrixFamily]
    verdicts: list[str]

    @property
    def heading(self) -> str:
        """The name of the implementation, or how many there are."""
        return str(self.subjects[0].data["name"]) if self.single else f"{len(self.subjects)} implementations"

    @property
    def single(self) -> bool:
        """Whether there is only one implementation."""
        return len(self.subjects) == 1

    @property
    def lead(self) -> str:
        """The sentence at the top."""
        if self.single:
            return self.subjects[0].sentence
        tones = [each.tone for each in self.subjects]
        met, none = tones.count("met"), tones.count("open")
        rest = f" Of {none} none was decided." if none else ""
        return f"{met} of {len(tones)} implementations met every MUST requirement that was decided.{rest}"

    @property
    def tone(self) -> str:
        """What the sentence at the top comes to: met, open or not-met."""
        tones = [each.tone for each in self.subjects]
        return next((tone for tone in ("not-met", "open") if tone in tones), "met")


def view(document: dict[str, Any], specification: Specification) -> View:
    """What the page shows of a report."""
    subjects = [
        subject(data, f"i{number}", specification)
        for number, data in enumerate(document["implementations"], 1)
    ]
    seen = {row.verdict for each in subjects for row in each.rows}
    across = matrix(subjects, specification) if len(subjects) > 1 else []
    return View(document, subjects, across, [str(each) for each in ORDER if each in seen])
