"""The virtual tree of pytest items: subject, family, requirement."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from streamtck.registry import checks
from streamtck.report.terminal import failure_block
from streamtck.spec import Requirement
from streamtck.subjects import Subject
from streamtck.verdicts import Result, Verdict, is_red

if TYPE_CHECKING:
    from streamtck.session import Kit

ROOT = "streamtck"
VIOLATED = (Verdict.FAIL, Verdict.WARN, Verdict.KNOWN, Verdict.TIMEOUT, Verdict.CRASH)
SKIPPED = (Verdict.UNSUPPORTED, Verdict.UNTESTED, Verdict.BLOCKED)


class NotMet(Exception):
    """A verdict, or a deviation that is declared and does not hold, makes the run red."""


class SubjectNode(pytest.Collector):
    """One subject: `streamtck::io.BytesIO`."""

    kit: "Kit"
    subject: Subject

    @classmethod
    def make(cls, session: pytest.Session, kit: "Kit", subject: Subject) -> "SubjectNode":
        """The node of a subject, with its requirements still to be collected."""
        node: SubjectNode = cls.from_parent(
            session, name=subject.segment, nodeid=f"{ROOT}::{subject.segment}"
        )
        node.kit, node.subject = kit, subject
        return node

    def collect(self) -> Iterator["FamilyNode"]:
        for family in dict.fromkeys(requirement.family for requirement in self.kit.asked(self.subject)):
            node: FamilyNode = FamilyNode.from_parent(self, name=family)
            node.kit, node.subject = self.kit, self.subject
            yield node


class FamilyNode(pytest.Collector):
    """One family of the specification: `streamtck::io.BytesIO::SK`."""

    kit: "Kit"
    subject: Subject

    def collect(self) -> Iterator["RequirementItem"]:
        for requirement in self.kit.asked(self.subject):
            if requirement.family == self.name:
                item: RequirementItem = RequirementItem.from_parent(self, name=item_name(requirement))
                item.kit, item.subject, item.requirement = self.kit, self.subject, requirement
                item.add_marker(pytest.mark.streamtck)
                yield item


class RequirementItem(pytest.Item):
    """One requirement: `streamtck::io.BytesIO::SK::SK-5a-refuses-a-negative-position`."""

    kit: "Kit"
    subject: Subject
    requirement: Requirement
    result: Result | None = None

    def runtest(self) -> None:
        """Decide, and turn the verdict into pytest's outcome."""
        self.result = self.kit.judge(self.subject, self.requirement.id)
        self.user_properties += [
            ("requirement", self.requirement.id),
            ("level", self.requirement.level),
            ("verdict", str(self.result.verdict)),
        ]
        if self.result.stale or is_red(self.result.verdict, self.kit.options.level):
            raise NotMet
        if self.result.verdict is Verdict.KNOWN:
            link = f" ({self.result.link})" if self.result.link else ""
            pytest.xfail(f"{self.result.reason}{link}")
        if self.result.verdict in SKIPPED:
            pytest.skip(skip_reason(self.result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, NotMet | pytest.xfail.Exception) or self.result is None:
            return super().repr_failure(excinfo)
        if self.result.verdict in VIOLATED:
            related = {id: self.kit.judge(self.subject, id).verdict for id in self.requirement.related}
            return failure_block(self.requirement, self.result, related)
        return f"{self.requirement.id} {self.result.verdict}: {self.result.message}"

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return Path(self.config.rootpath, ROOT), None, f"{self.subject.name} {self.name}"


def item_name(requirement: Requirement) -> str:
    """The id and, where there is a check, the rule as a verb phrase."""
    check = checks().get(requirement.id)
    return f"{requirement.id}-{check.slug}" if check else requirement.id


def skip_reason(result: Result) -> str:
    """The verdict that a skip stands for, with its reason."""
    reason = f"by {result.blocked_by}: {result.message}" if result.blocked_by else result.message
    return f"{result.verdict}: {reason}"
