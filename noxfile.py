"""The project's sessions: `nox` runs the default ones, `nox -s package subjects` the others."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent

SHIPPED = (
    "spec",
    "test_layers.py",
    "test_packaging.py",
    "test_reference.py",
    "test_sample.py",
)
"""The tests that would miss a module, a file of data or an entry point."""

LZ4 = "lz4==4.4.5"
"""The package whose `lz4.stream` ours is compared with; no wheel has it."""

BUILT = ("lz4.stream", "lz4-double-buffer-to-lz4.stream", "lz4.stream-to-lz4-double-buffer")
"""The registered subjects that need what no wheel brings."""

BROWSER = ("/usr/bin/chromium", "/usr/bin/chromedriver")
"""What opens the HTML report."""

nox.options.sessions = ["lint", "types", "tests", "audit"]
nox.options.error_on_external_run = True


@nox.session
def tests(session: nox.Session) -> None:
    """Run the kit's own tests."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and spelling."""
    session.install("ruff", "codespell")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of every package under the name it is imported by."""
    session.install("-e", ".[test,lint]")
    session.run("mypy", "-p", "streamtck")


@nox.session
def audit(session: nox.Session) -> None:
    """Check that each requirement has a faulty stream that it catches; takes `-- --budget=standard`."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tests.audit", *(session.posargs or ("--budget=quick",)))


@nox.session
def subjects(session: nox.Session) -> None:
    """Judge every registered subject, with all their packages, and print how each one does."""
    session.install("-e", ".[subjects]")
    session.run(
        "pytest", "-q", "-n", "2", "tests/adapters", "-k", "(pyarrow or boto3 or s3) and not requests"
    )
    session.run("pytest", "-q", "tests/adapters/test_s3_requests.py")
    session.run("python", "-m", "tests.subjects", *session.posargs)


@nox.session
def interop(session: nox.Session) -> None:
    """Compare our LZ4 streams with python-lz4's own `lz4.stream`, built from its source package."""
    _install_lz4_stream(session)
    session.run("pytest", "-q", "-n", "2", "tests/interop", *session.posargs)
    session.run("python", "-m", "tests.subjects", *BUILT)


@nox.session
def browser(session: nox.Session) -> None:
    """Open the HTML report in headless Chromium, with scripts and without, on a desktop and on a phone."""
    missing = [path for path in BROWSER if not Path(path).is_file()]
    if missing:
        session.error(
            f"the report is opened in Chromium, and {' and '.join(missing)} is not there: "
            "install chromium and chromium-driver, as Debian calls them"
        )
    session.install("-e", ".[test]", "selenium>=4.20")
    session.run("pytest", "-q", "tests/browser", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Print how fast the LZ4 codec is beside `lz4.stream`, and what a seek in its files costs."""
    _install_lz4_stream(session)
    names = ("bench_lz4_stream.py", "bench_lz4_file.py")
    session.run("pytest", "-q", *(f"tests/benchmarks/{name}" for name in names), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Print what a run of the kit costs beside a bare pytest session, and where it goes."""
    session.install("-e", ".[test]")
    session.run("pytest", "-q", "tests/benchmarks/bench_kit.py", *session.posargs)


def _install_lz4_stream(session: nox.Session) -> None:
    """Install the project, and lz4 with what no wheel of it brings."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "").split()[:1]
    if compiler and not shutil.which(compiler[0]):
        session.error(
            f"lz4.stream is built here, and {compiler[0]!r} is not found: install a C compiler, or set CC"
        )
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        session.error("lz4.stream is built here, and Python.h is not found: install Python's headers")
    session.install("-e", ".[test]")
    # Not from the cache: a wheel that was built without lz4.stream may lie there.
    build = ("--no-cache-dir", "--force-reinstall", "--no-deps", "--no-binary", "lz4", LZ4)
    session.install(*build, env={"PYLZ4_EXPERIMENTAL": "TRUE"})
    session.run("python", "-c", "import lz4.stream")


@nox.session
def package(session: nox.Session) -> None:
    """Build sdist and wheel, then test away from the sources that the wheel has all that it needs."""
    work = Path(session.create_tmp()) / "package"
    shutil.rmtree(work, ignore_errors=True)
    empty = work / "empty"
    empty.mkdir(parents=True)
    shutil.copytree(ROOT / "tests", work / "tests", ignore=shutil.ignore_patterns("__pycache__"))

    session.install("build")
    session.run("python", "-m", "build", "--outdir", str(work / "dist"), str(ROOT), silent=True)
    (wheel,) = (work / "dist").glob("*.whl")
    session.install(f"{wheel}[test]")

    with session.chdir(work):
        session.run("python", "-m", "pytest", "-q", "-n", "2", *(f"tests/{name}" for name in SHIPPED))
    with session.chdir(empty):
        session.run("pytest", "--impl=io:BytesIO")
