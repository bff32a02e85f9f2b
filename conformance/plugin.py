"""The pytest plugin's door: options only. What runs the kit is imported when a subject is named."""

import re
from collections.abc import Generator

import pytest

HELP = {
    "impl": "run the kit on SUBJECT: a registered name, path/to/file.py:NAME, package.module:NAME "
    "or package.module; may be repeated. --impl=SUBJECT is the same, unless the project has its own --impl",
    "input": "what a plain callable is given: content (bytes), path or fileobj; default: by parameter name",
    "report": "write the compliance report to FILE when the run ends, in the format of its ending: "
    ".json, .html, .md, .svg or .shields.json; may be repeated",
    "level": "what makes the run red: must (default) or should",
    "clause": "only requirements that match PATTERN[,PATTERN...], as SK-* or SK-1; may be repeated",
    "budget": "how far to look: quick, standard (default) or thorough",
    "seed": "seed of the examples drawn, a whole number; default 0",
    "deviations": "file (TOML) of deviations that are known: [[deviation]] tables with id and reason; "
    "replaces those of [tool.streamtck] in pyproject.toml",
    "timeout": "seconds that one requirement may take; default with --tck-isolate: 60",
    "latency_aware": "opening a stream is dear: few examples, and streams that are used again",
    "large": "look at content of more than 4 GiB too, where the stream takes a path or an open file",
    "isolate": "run each subject in a process of its own, which is replaced where it crashes or hangs",
}
HELP_ASKED = re.compile(r"-[a-zA-Z]*h")
REPEATED = ("impl", "report", "clause")
SWITCHES = ("latency_aware", "large", "isolate")
METAVARS = {
    "impl": "SUBJECT",
    "report": "FILE",
    "clause": "PATTERN",
    "seed": "N",
    "timeout": "SECONDS",
    "deviations": "FILE",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --tck-* and the ini keys tck_*."""
    group = parser.getgroup("streamtck", "conformance of byte streams")
    for name, text in HELP.items():
        dest = f"streamtck_{name}"
        if name in REPEATED:
            group.addoption(
                f"--tck-{name.replace('_', '-')}",
                dest=dest,
                action="append",
                default=[],
                metavar=METAVARS[name],
                help=text,
            )
            parser.addini(f"tck_{name}", text, type="args", default=[])
        elif name in SWITCHES:
            group.addoption(
                f"--tck-{name.replace('_', '-')}", dest=dest, action="store_true", default=None, help=text
            )
            parser.addini(f"tck_{name}", text, type="string", default=None)
        else:
            group.addoption(
                f"--tck-{name.replace('_', '-')}",
                dest=dest,
                default=None,
                metavar=METAVARS.get(name, name.upper()),
                help=text,
            )
            parser.addini(f"tck_{name}", text, type="string", default=None)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> Generator[None, object, object]:
    """Add --impl as another name of --tck-impl, after conftest files had their chance to take it.

    Whether they did shows in a parser of its own, which is dear: only who may ask for the option pays for it.
    """
    result = yield
    if not any(text.startswith(("--impl", "--help", "@")) or HELP_ASKED.match(text) for text in args):
        return result
    _, unknown = parser.parse_known_and_unknown_args(["--impl=x"])
    if unknown:
        group = parser.getgroup("streamtck")
        group.addoption(
            "--impl", dest="streamtck_impl", action="append", metavar="SUBJECT", help="the same as --tck-impl"
        )
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the kit where a subject is named."""
    config.addinivalue_line("markers", "streamtck: a requirement of the stream conformance kit")
    if config.getoption("streamtck_impl") or config.getini("tck_impl"):
        from streamtck.session import Kit

        config.pluginmanager.register(Kit(config), "streamtck-kit")
        return
    given = [name for name in HELP if name != "impl" and config.getoption(f"streamtck_{name}")]
    if given:
        raise pytest.UsageError(
            f"--tck-{given[0].replace('_', '-')}: given without a subject; add --impl=SUBJECT"
        )
