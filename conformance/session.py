"""The kit in one pytest session: its options, its subjects, the results that come in, the report."""

import os
import warnings
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, cast

import pytest

from streamtck import deviations, options
from streamtck.adapters import SubjectError
from streamtck.collection import ROOT, RequirementItem, SubjectNode
from streamtck.outcomes import describe_error
from streamtck.report import build, formats, github, terminal, write
from streamtck.spec import Requirement, SpecError, load
from streamtck.subjects import Subject, prepare
from streamtck.under_way import UnderWay
from streamtck.verdicts import Result, Verdict
from streamtck.watch import LIMIT, WATCH

STATUS = {
    Verdict.WARN: ("warn", "w", ("WARN", {"yellow": True})),
    Verdict.KNOWN: ("xfailed", "k", ("KNOWN", {"yellow": True})),
    Verdict.OBSERVED: ("observed", "o", ("OBSERVED", {"green": True})),
    Verdict.UNSUPPORTED: ("unsupported", "-", ("UNSUPPORTED", {"yellow": True})),
    Verdict.UNTESTED: ("untested", "u", ("UNTESTED", {"yellow": True})),
    Verdict.BLOCKED: ("blocked", "b", ("BLOCKED", {"yellow": True})),
}


class Kit:
    """The pytest plugin that runs the kit; registered where a subject is named."""

    def __init__(self, config: pytest.Config) -> None:
        try:
            self.specification = load()
        except SpecError as error:
            raise pytest.UsageError(str(error)) from None
        self.config = config
        self.options = options.read(config, self.specification)
        self.wanted = self.specification.select(self.options.patterns) if self.options.patterns else None
        self.results: dict[tuple[str, str], dict[str, Any]] = {}
        self.deselected = False
        self.problems: list[str] = []
        told = self.options.reports[0] if self.options.reports and not self.options.isolate else None
        self.under_way = UnderWay(told, config)
        self.node_ids = self._take_node_ids()
        self.only = self._only_the_kit()
        self.subjects = self._prepare()
        self._check_versions()

    # Setting up

    def _check_versions(self) -> None:
        """Refuse deviations with a range of versions for a subject whose version is unknown."""
        try:
            for entry in self.options.deviations:
                for subject in self.subjects:
                    if entry.versions is not None and entry.meant(subject):
                        deviations.version_of(subject, entry)
        except deviations.DeviationError as error:
            for subject in self.subjects:
                subject.close()
            raise pytest.UsageError(str(error)) from None

    def _prepare(self) -> list[Subject]:
        prepared: list[Subject] = []
        WATCH.limit = self.options.timeout or (LIMIT if self.options.isolate else None)
        for given in self.options.subjects:
            self.under_way.tell(f"{given} before its first requirement")
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    prepared.append(
                        self._preparing()(
                            given,
                            self.specification,
                            self.options.budget,
                            self.options.seed,
                            self.options.input,
                            self.options.dear,
                            self.options.large,
                        )
                    )
            except SubjectError as error:
                self.under_way.end()
                for subject in prepared:
                    subject.close()
                raise pytest.UsageError(f"--impl={error}") from None
        for number, subject in enumerate(prepared):
            if any(subject.segment == other.segment for other in prepared[:number]):
                subject.name = f"{subject.name}#{number + 1}"
        return prepared

    def _preparing(self) -> Callable[..., Subject]:
        if not self.options.isolate:
            return prepare
        from streamtck import isolation

        return isolation.prepare

    def _take_node_ids(self) -> tuple[str, ...]:
        """Take node ids of ours, which are no paths, out of the arguments."""
        ours = tuple(text for text in self.config.args if f"{ROOT}::" in text)
        if ours:
            self.config.args[:] = [text for text in self.config.args if text not in ours]
        return tuple(text[text.index(f"{ROOT}::") :] for text in ours)

    def _only_the_kit(self) -> bool:
        """Whether no path was asked for. Workers of xdist are told by their controller."""
        if hasattr(self.config, "workerinput"):
            return bool(self.config.workerinput["streamtck_only"])
        paths = self.config.args_source is pytest.Config.ArgsSource.ARGS and bool(self.config.args)
        return bool(self.config.getoption("streamtck_impl")) and not paths

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist whether only the kit runs."""
        node.workerinput["streamtck_only"] = self.only

    def asked(self, subject: Subject) -> list[Requirement]:
        """The requirements of a subject's plan that --tck-clause selects."""
        return [each for each in subject.plan if self.wanted is None or each.id in self.wanted]

    def judge(self, subject: Subject, id: str) -> Result:
        """The verdict on one requirement of a subject, in the light of the deviations that are declared."""
        result = subject.engine.decide(id)
        return deviations.apply(result, subject, self.options.deviations, self.subjects)

    # Collecting

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, Any, pytest.CollectReport]:
        """Add the subjects to what a session collects; alone, the file system is never walked."""
        if not isinstance(collector, pytest.Session):
            return cast("pytest.CollectReport", (yield))
        if self.only:
            collector.collect = lambda: iter(())  # type: ignore[method-assign]
        try:
            report = yield
        finally:
            if self.only:
                del collector.collect
        report.result = [*report.result, *(SubjectNode.make(collector, self, each) for each in self.subjects)]
        return cast("pytest.CollectReport", report)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep only what node ids on the command line ask for."""
        if not self.node_ids:
            return
        left_out = [
            item for item in items if isinstance(item, RequirementItem) and not self._named(item.nodeid)
        ]
        if left_out:
            self.config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]

    def _named(self, nodeid: str) -> bool:
        return any(nodeid == wanted or nodeid.startswith(f"{wanted}::") for wanted in self.node_ids)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Remember that not everything was asked for."""
        self.deselected = self.deselected or any(isinstance(item, RequirementItem) for item in items)

    # Results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Say what is under way, in case it takes this process down."""
        if isinstance(item, RequirementItem):
            self.under_way.tell(f"{item.subject.name} {item.requirement.id}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, pytest.TestReport]:
        """Put the verdict on the report, where it also travels between processes."""
        report = yield
        if isinstance(item, RequirementItem) and item.result is not None and report.when == "call":
            report.streamtck = as_data(item.subject, item.result)
        return cast("pytest.TestReport", report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in a verdict."""
        data = getattr(report, "streamtck", None)
        if data is not None:
            self.results[data["subject"], data["id"]] = data

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        """Show each verdict as what it is, never folded into another."""
        data = getattr(report, "streamtck", None)
        if data is None:
            return None
        if report.failed:
            return ("error", "E", "ERROR") if data["verdict"] == Verdict.ERROR else None
        return STATUS.get(Verdict(data["verdict"]))

    # The end

    def selection(self) -> str | None:
        """What a partial run was asked for, None for a whole one."""
        option = self.config.option
        asked = [f"--tck-clause={','.join(self.options.patterns)}"] if self.options.patterns else []
        asked += [f"-k {option.keyword}"] if getattr(option, "keyword", "") else []
        asked += [f"-m {option.markexpr}"] if getattr(option, "markexpr", "") else []
        asked += [f"--deselect {text}" for text in getattr(option, "deselect", None) or ()]
        asked += ["--last-failed"] if getattr(option, "lf", False) else []
        asked += list(self.node_ids)
        return " ".join(asked) or ("some requirements were deselected" if self.deselected else None)

    def document(self) -> dict[str, Any]:
        """The compliance report as data."""
        return build.document(self.subjects, self.results, self.options, self.selection())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Write the reports; a run in which nothing was decided is red."""
        self._tear_down(session)
        self.under_way.end()
        if not self._reports():
            return (yield)
        document = self.document()
        undecided = [each["name"] for each in document["implementations"] if not build.decided(each)]
        if undecided and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for path in self.options.reports:
            try:
                write.whole(
                    path, formats.make(formats.suffix_of(path.name) or "", document, self.specification)
                )
            except OSError as error:
                self.problems.append(f"report not written: {path}: {describe_error(error)}")
                session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
        self._add_summary(document)
        return (yield)

    def _add_summary(self, document: dict[str, Any]) -> None:
        """Append the report to the summary of a GitHub Actions job; if that fails, it is only told."""
        name = os.environ.get("GITHUB_STEP_SUMMARY")
        if not name:
            return
        try:
            github.add_summary(Path(name), document, self.specification)
        except OSError as error:
            self.problems.append(f"job summary not written: {name}: {describe_error(error)}")

    def _tear_down(self, session: pytest.Session) -> None:
        """Undo what the adapters set up; what breaks there is told, and red."""
        for subject in self.subjects:
            try:
                subject.close()
            except Exception as error:
                self.problems.append(f"{subject.name}: teardown() raised {describe_error(error)}")
                session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def _reports(self) -> bool:
        """Whether this process speaks for the run: no worker, and not only collecting."""
        return not hasattr(self.config, "workerinput") and not self.config.option.collectonly

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Families by verdict, what is not met and the closing sentence of each subject."""
        if not self._reports():
            return
        document = self.document()
        for implementation in document["implementations"]:
            terminalreporter.write_sep("=", f"streamtck: {implementation['name']}")
            for line in terminal.summary(implementation, document, self.specification):
                terminalreporter.write_line(line)
        stale = [
            (data["subject"], data["id"], data["message"]) for data in self.results.values() if data["stale"]
        ]
        for line in [
            *(f"{name} {id}: {message}" for name, id, message in stale),
            *self.problems,
            *(f"report: {path}" for path in self.options.reports if path.exists()),
        ]:
            terminalreporter.write_line(line)
        if github.wanted(os.environ):
            terminalreporter.ensure_newline()
            for line in github.annotations(document, stale, self.options.level):
                terminalreporter.write_line(line)


def as_data(subject: Subject, result: Result) -> dict[str, Any]:
    """A result as plain data, for the report and for other processes."""
    return {
        "subject": subject.name,
        "id": result.id,
        "verdict": str(result.verdict),
        "message": result.message,
        "call": result.call,
        "got": result.got,
        "wanted": result.wanted,
        "reproducer": result.reproducer,
        "blocked_by": result.blocked_by,
        "observed": dict(result.observed),
        "duration_s": round(result.duration, 6),
        "asked": dict(result.asked),
        "reason": result.reason,
        "link": result.link,
        "stale": result.stale,
    }
