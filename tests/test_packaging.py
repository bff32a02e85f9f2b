"""What pyproject.toml says about the packages agrees with the folders."""

from __future__ import annotations

import importlib
import operator
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = ROOT / "pyproject.toml"
FOLDERS = {
    "conformance": "streamtck",
    "adapters": "streamtck.adapters",
    "reference_impl": "streamtck.reference_impl",
    "spec": "streamtck.spec",
}
OWN = {*sys.stdlib_module_names, "lz4-stream", "python-io", "reference"}
"""The modules of adapters/library that no extra is for; what the first of them needs is in no wheel."""
EVERYWHERE = {Path(name) for name in ("/", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr", "/var")}

pytestmark = pytest.mark.skipif(not PYPROJECT.exists(), reason="a copy of the tests, without the sources")


def configuration() -> dict[str, Any]:
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8")) if PYPROJECT.exists() else {}


def entry_points() -> list[Any]:
    groups = configuration().get("project", {}).get("entry-points", {})
    pairs = [pair for group in groups.values() for pair in group.items()]
    return [pytest.param(name, target, id=name) for name, target in pairs]


def packages_on_disk() -> list[tuple[str, str]]:
    """Pairs of import name and folder, one for each folder that holds modules."""
    pairs = []
    for top, name in FOLDERS.items():
        for folder in {module.parent for module in (ROOT / top).rglob("*.py")}:
            below = folder.relative_to(ROOT / top).parts
            pairs.append((".".join((name, *below)), folder.relative_to(ROOT).as_posix()))
    return sorted(pairs)


def test_every_folder_with_modules_is_a_listed_package() -> None:
    """The packages and their folders in pyproject.toml are exactly the folders that hold modules."""
    setuptools = configuration()["tool"]["setuptools"]
    on_disk = packages_on_disk()
    assert sorted(setuptools["package-dir"].items()) == on_disk
    assert sorted(setuptools["packages"]) == [name for name, _ in on_disk]


@pytest.mark.parametrize(("name", "target"), entry_points())
def test_entry_point_imports(name: str, target: str) -> None:
    """Every entry point names a module, and an object in it, that import."""
    module, _, attribute = target.partition(":")
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if str(error.name).startswith("streamtck"):
            raise
        pytest.skip(f"{error.name} is not installed: extra {module.rpartition('.')[2]}")
    except ImportError as error:
        if "no wheel of" not in str(error):
            raise
        pytest.skip(str(error))
    assert not attribute or operator.attrgetter(attribute)(found) is not None


def test_every_subject_has_its_extra() -> None:
    """Each module of adapters/library that needs a package has an extra; `subjects` holds all of them."""
    project = configuration()["project"]
    extras = project["optional-dependencies"]
    modules = {
        target.partition(":")[0].rpartition(".")[2].replace("_", "-")
        for target in project["entry-points"]["streamtck.adapters"].values()
    }
    everything = " ".join([*extras["subjects"], *extras["test"]])
    named = {name for text in re.findall(r"streamtck\[([^\]]*)\]", everything) for name in text.split(",")}

    assert {name for name in modules if name not in OWN} == set(extras) - {"lint", "moto", "subjects", "test"}
    assert set(extras) - {"lint", "moto", "subjects"} == named


def test_no_file_holds_a_path_of_this_machine() -> None:
    """No file that is, or is about to be, committed holds the path of the folder around the checkout."""
    here = ROOT if ROOT.parent in EVERYWHERE else ROOT.parent
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"git cannot list the files: {error}")
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    needle = f"{here}/".encode()
    assert [file.name for file in files if file.is_file() and needle in file.read_bytes()] == []
