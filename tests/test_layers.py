"""The house: imports point downwards only, and the plugin's door is light."""

import ast
from importlib.resources import files
from pathlib import Path

import pytest

MAY_IMPORT = {
    "spec": {"spec"},
    "reference_impl": {"reference_impl"},
    "adapters": {"adapters", "spec"},
    "adapters.library": {"adapters", "reference_impl", "spec"},
}
HEAVY = ("hypothesis", "lz4", "jinja2", "jsonschema")


def sources(package: str) -> list[Path]:
    """The modules of a package, without its sub-packages."""
    return sorted(Path(str(entry)) for entry in files(package).iterdir() if entry.name.endswith(".py"))


def imports(path: Path, top_level_only: bool = False) -> set[str]:
    """The modules that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_imports_point_downwards(floor: str) -> None:
    """A lower floor imports nothing of a higher one."""
    for path in sources(f"streamtck.{floor}"):
        ours = {name.split(".")[1] for name in imports(path) if name.startswith("streamtck.")}
        assert ours <= MAY_IMPORT[floor], path.name
        assert "streamtck" not in imports(path), path.name


def test_checks_know_no_implementation() -> None:
    """No check imports an adapter or a reference stream."""
    for path in sources("streamtck.checks"):
        ours = {name for name in imports(path) if name.startswith("streamtck.")}
        assert not {name for name in ours if name.split(".")[1] in ("adapters", "reference_impl")}, path.name


def test_hypothesis_is_imported_where_it_is_used() -> None:
    """Only the module that draws examples imports a heavy package when it is loaded."""
    for package in (
        "streamtck",
        "streamtck.checks",
        "streamtck.report",
        "streamtck.adapters",
        "streamtck.spec",
    ):
        for path in sources(package):
            heavy = {name for name in imports(path, top_level_only=True) if name.split(".")[0] in HEAVY}
            assert not heavy or path.name == "drawing.py", path.name
