"""The command `streamtck`: what is asked, whom to judge, and what to make of reports."""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from streamtck import __version__
from streamtck.adapters.callables import INPUTS
from streamtck.cases import BUDGETS
from streamtck.spec import LEVELS, SpecError, Specification, load

BROKEN, MISUSED = 1, 2
"""Exit codes: something is broken between two reports; the command could not be done."""


class CommandError(ValueError):
    """A command cannot be done. The message is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code: 0, 1 where `diff` finds something broken, 2 for what cannot be done.

    `check` ends as pytest does.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["check"] and given[1:] and given[1] not in ("-h", "--help"):
            return _check(given[1:])
        asked = _parser().parse_args(given)
        code: int = asked.run(asked)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _failed("interrupted")
    except (CommandError, SpecError) as error:
        return _failed(str(error))


def _failed(said: str) -> int:
    print(f"streamtck: {said}", file=sys.stderr)
    return MISUSED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        """Say what is wrong in one line."""
        raise CommandError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="streamtck", description="Conformance of byte streams: requirements, runs and reports."
    )
    parser.add_argument("--version", action="version", version=f"streamtck {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _about(commands)
    _judging(commands)
    _reports(commands)
    return parser


def _about(commands: Any) -> None:
    listing = commands.add_parser("list", help="requirements, or registered subjects")
    listing.add_argument("patterns", nargs="*", metavar="PATTERN", help="as SK-* or SK-1")
    listing.add_argument("--family", metavar="ID", help="only one family, as SK")
    listing.add_argument("--level", type=_level, metavar="LEVEL", help=f"only one of {', '.join(LEVELS)}")
    listing.add_argument("--subjects", action="store_true", help="the registered subjects instead")
    listing.set_defaults(run=_list)
    explain = commands.add_parser("explain", help="all about a requirement, with a stream that breaks it")
    explain.add_argument("id", metavar="ID", help="SK-5a, or SK-5 with all its letters")
    explain.set_defaults(run=_explain)


def _judging(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="judge SUBJECTs with pytest; options after them are pytest's and the kit's",
        usage="streamtck check SUBJECT... [pytest and --tck options]",
    )
    check.add_argument("subjects", nargs="+", metavar="SUBJECT")
    check.set_defaults(run=lambda asked: _check(asked.subjects))
    first = commands.add_parser("deviations", help="write a first file of deviations for a SUBJECT")
    first.add_argument("subject", metavar="SUBJECT")
    first.add_argument("-o", dest="output", metavar="FILE", help="where to; default and -: standard output")
    first.add_argument("--force", action="store_true", help="overwrite FILE")
    first.add_argument("--budget", choices=BUDGETS, default="standard")
    first.add_argument("--seed", type=int, default=0)
    first.add_argument("--input", choices=INPUTS)
    first.set_defaults(run=_deviations)


def _reports(commands: Any) -> None:
    diff = commands.add_parser("diff", help="what is fixed, broken, new and gone between two reports")
    diff.add_argument("old", type=Path, metavar="OLD.json")
    diff.add_argument("new", type=Path, metavar="NEW.json")
    diff.set_defaults(run=_diff)
    for name, text in (
        ("report", "a report in another format"),
        ("matrix", "the implementations of several complete reports in one"),
        ("merge", "the parts of one report that several machines made"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "paths", nargs=None if name == "report" else "+", type=Path, metavar="REPORT.json"
        )
        command.add_argument(
            "-o", dest="output", metavar="FILE", help="where to; default and -: standard output"
        )
        command.add_argument(
            "--format", metavar="ENDING", help="html, md, svg, json or shields.json; default: by FILE's name"
        )
        command.set_defaults(run=_render, what=name)


def _level(text: str) -> str:
    for level in LEVELS:
        if text.casefold() == level.casefold():
            return level
    raise argparse.ArgumentTypeError(f"got {text!r}, expected one of {', '.join(LEVELS)}")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(
            line.encode(sys.stdout.encoding or "utf-8", "backslashreplace").decode(
                sys.stdout.encoding or "utf-8"
            )
        )


# About requirements and subjects


def _list(asked: argparse.Namespace) -> int:
    from streamtck import explain

    if asked.subjects:
        _print(explain.subjects())
    else:
        _print(explain.listing(load(), asked.patterns, asked.family, asked.level))
    return 0


def _explain(asked: argparse.Namespace) -> int:
    from streamtck import explain

    _print(explain.explanation(load(), asked.id))
    return 0


# Judging


def _check(arguments: list[str]) -> int:
    """pytest on the subjects that stand first; all from the first option on is handed over."""
    number = next((at for at, text in enumerate(arguments) if text.startswith("-")), len(arguments))
    if not number:
        return _failed("check: name a SUBJECT first, then the options")
    subjects = [f"--tck-impl={text}" for text in arguments[:number]]
    # A process of its own: pytest rewrites asserts only in what nobody has imported yet.
    return subprocess.call([sys.executable, "-m", "pytest", *subjects, *arguments[number:]])


def _deviations(asked: argparse.Namespace) -> int:
    """Judge a subject, and write what it does not meet as a file of deviations."""
    from streamtck import starting
    from streamtck.adapters import SubjectError
    from streamtck.subjects import prepare

    path = _target(asked.output)
    if path and path.exists() and not asked.force:
        raise CommandError(f"{path}: is there already; give another name, or --force to overwrite it")
    try:
        subject = prepare(asked.subject, load(), asked.budget, asked.seed, asked.input)
    except SubjectError as error:
        raise CommandError(str(error)) from None
    with contextlib.closing(subject):
        results = []
        for number, each in enumerate(subject.plan, 1):
            _progress(f"{number} of {len(subject.plan)}: {each.id}")
            results.append(subject.engine.decide(each.id))
        _progress("")
        _put(path, starting.text(subject.name, __version__, asked.budget, results))
    open_ends = [result.id for result in results if result.verdict in ("error", "timeout", "crash")]
    if open_ends:
        print(f"streamtck: not covered, and red: {', '.join(open_ends)}", file=sys.stderr)
    return 0


def _progress(text: str) -> None:
    """One line on a terminal that is written over; elsewhere nothing."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


# Reports


def _diff(asked: argparse.Namespace) -> int:
    from streamtck.report import diff, read

    with _one_line(read.ReportError):
        found = diff.compare(read.load(asked.old), read.load(asked.new), (asked.old, asked.new))
    _print(found.lines())
    return BROKEN if found.broken else 0


def _render(asked: argparse.Namespace) -> int:
    """Write one report, or what is made of several, in the format that is asked for."""
    from streamtck.report import formats, merging, read

    path = _target(asked.output)
    suffix = _suffix(asked.format, path, "json" if asked.what == "merge" else "md")
    specification: Specification = load()
    paths = [asked.paths] if asked.what == "report" else asked.paths
    with _one_line(read.ReportError):
        documents = [read.known(read.load(each), specification, each) for each in paths]
        if asked.what == "report":
            document = documents[0]
        else:
            document = (merging.matrix if asked.what == "matrix" else merging.merge)(documents, paths)
    _put(path, formats.make(suffix, document, specification))
    return 0


def _suffix(format: str | None, path: Path | None, default: str) -> str:
    from streamtck.report import formats

    if format is None and path is not None:
        suffix = formats.suffix_of(path.name)
        if suffix is None:
            raise CommandError(f"{path}: expected a file name that ends in {formats.expected()}, or --format")
        return suffix
    suffix = f".{(format or default).removeprefix('.').lower()}"
    if suffix not in formats.MAKERS:
        raise CommandError(f"--format={format}: expected {formats.expected()}")
    return suffix


@contextlib.contextmanager
def _one_line(kind: type[Exception]) -> Any:
    from streamtck.report import figures

    try:
        yield
    except kind as error:
        raise CommandError(figures.visible(str(error))) from None


def _target(output: str | None) -> Path | None:
    """The file to write, None for standard output. CommandError where it cannot be one."""
    if output in (None, "-"):
        return None
    path = Path(output or "")
    if not output or path.is_dir():
        raise CommandError(f"-o {output!r}: is a folder, expected a file name")
    if not path.parent.is_dir():
        raise CommandError(f"-o {output}: there is no folder {path.parent}; make it first")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise CommandError(f"-o {output}: the folder takes no file: {error.strerror}") from None
    return path


def _put(path: Path | None, text: str) -> None:
    from streamtck.report import write

    if path is None:
        _print([text.removesuffix("\n")])
        return
    try:
        write.whole(path, text)
    except OSError as error:
        raise CommandError(f"{path}: not written: {error.strerror}") from None
