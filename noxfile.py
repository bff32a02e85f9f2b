"""The project's sessions: `nox` runs the default ones, `nox -s package subjects` the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent

SHIPPED = ("spec", "test_layers.py", "test_packaging.py", "test_plugin.py", "test_reference.py")
"""The tests that would miss a module, a file of data or an entry point."""

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
    session.run("pytest", "-q", "-n", "2", "tests/adapters", "-k", "pyarrow or boto3 or s3")
    session.run("python", "-m", "tests.subjects", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Compare the LZ4 codec with python-lz4's own C module, which is built for it."""
    session.install("-e", ".[test]")
    session.install(
        *("--no-cache-dir", "--force-reinstall", "--no-deps", "--no-binary", "lz4", "lz4"),
        env={"PYLZ4_EXPERIMENTAL": "TRUE"},
    )
    session.run("pytest", "-q", "tests/benchmarks/bench_lz4_stream.py", *session.posargs)


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
