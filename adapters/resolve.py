"""From the words after --impl to an adapter, in the order that the public contract fixes."""

import difflib
import importlib
import importlib.metadata
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from streamtck.adapters.adapter import Adapter, SubjectError
from streamtck.adapters.callables import CallableAdapter, require_one_argument

GROUP = "streamtck.adapters"
MODULE = r"\w+(\.\w+)*"


def registered() -> dict[str, importlib.metadata.EntryPoint]:
    """The registered subjects by name: the built-ins and every installed third party's."""
    return {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}


def resolve(subject: str, given: str | None = None) -> Adapter:
    """The adapter that `subject` names; `given` overrides what a callable is handed.

    Raises SubjectError with one line: what was tried and what is near.
    """
    points = registered()
    if subject in points:
        return _registered(points[subject])
    left, colon, attribute = subject.rpartition(":")
    if colon and left.endswith(".py"):
        return _adapter_from(
            _run_file(Path(left), subject), attribute, subject, file_opening(left, attribute), given
        )
    if subject.endswith(".py"):
        raise SubjectError(
            f"{subject}: names a file, expected {subject}:NAME with the callable or adapter in it"
        )
    if colon and re.fullmatch(MODULE, left):
        module = _import(left, subject)
        top = attribute.partition(".")[0]
        opening = f"from {left} import {top} as open_subject"
        if "." in attribute:
            opening = f"from {left} import {top}\nopen_subject = {attribute}"
        return _adapter_from(module, attribute, subject, opening, given)
    if not re.fullmatch(MODULE, subject):
        raise SubjectError(f"{subject!r}: {_expected(subject)}")
    module = _import(subject, subject)
    if not hasattr(module, "streamtck_adapter"):
        raise SubjectError(
            f"{subject}: the module has no streamtck_adapter; write {subject}:NAME for a callable in it "
            f"({_near_attributes(module, '')})"
        )
    opening = f"from {subject} import streamtck_adapter as open_subject"
    return _adapter_from(module, "streamtck_adapter", subject, opening, given)


def _registered(point: importlib.metadata.EntryPoint) -> Adapter:
    try:
        adapter = point.load()
    except ModuleNotFoundError as error:
        missing = error.name or str(error)
        top = missing.partition(".")[0]
        # Where the top-level package is there, several distributions share it (backports).
        package = missing if top in sys.modules else top
        how = _installing(point) or "install what it needs"
        raise SubjectError(f"{point.name}: needs the package {package}; {how}") from None
    except ImportError as error:
        told = f"importing it failed: {_said(error)}"
        raise SubjectError("; ".join(filter(None, (f"{point.name}: {told}", _installing(point))))) from None
    if isinstance(adapter, type) and issubclass(adapter, Adapter):
        adapter = _instance(adapter, point.name)
    if not isinstance(adapter, Adapter):
        raise SubjectError(
            f"{point.name}: the entry point {point.value} is no adapter, expected a {GROUP}.Adapter"
        )
    adapter.name = adapter.name or point.name
    return adapter


def _installing(point: importlib.metadata.EntryPoint) -> str:
    """How to install what a registered subject needs, where an extra of ours does: named like its module."""
    extra = point.module.rpartition(".")[2].replace("_", "-")
    ours = point.module.startswith("streamtck.")
    if ours and extra in importlib.metadata.metadata("streamtck").get_all("Provides-Extra", ()):
        return f"pip install 'streamtck[{extra}]'"
    return ""


def _expected(subject: str) -> str:
    near = difflib.get_close_matches(subject, registered(), n=3, cutoff=0.6)
    hint = f"near: {', '.join(near)}; " if near else ""
    return (
        f"no registered subject, expected a registered name, path/to/file.py:NAME, package.module:NAME or "
        f"package.module ({hint}registered: {', '.join(sorted(registered()))})"
    )


def _import(name: str, subject: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise SubjectError(f"{subject}: no module named {error.name}; {_expected(subject)}") from None
        raise SubjectError(f"{subject}: importing {name} failed: {_said(error)}") from None
    except (Exception, SystemExit) as error:
        raise SubjectError(f"{subject}: importing {name} failed: {_said(error)}") from None


def _run_file(path: Path, subject: str) -> ModuleType:
    if not path.is_file():
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.py")], n=1)
        hint = f"; near: {path.parent / near[0]}" if near else ""
        raise SubjectError(f"{subject}: there is no file {path}{hint}")
    name = re.sub(r"\W", "_", path.stem)
    spec = importlib.util.spec_from_file_location(f"streamtck_subject_{name}", path)
    if spec is None or spec.loader is None:
        raise SubjectError(f"{subject}: {path} cannot be loaded as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise SubjectError(f"{subject}: running {path} failed: {_said(error)}") from None
    return module


def file_opening(path: str, attribute: str) -> str:
    """Python that runs a file and takes the attribute out of it."""
    top, _, rest = attribute.partition(".")
    tail = f".{rest}" if rest else ""
    folder = str(Path(path).parent)
    lines = "import runpy" if folder == "." else f"import runpy, sys\nsys.path.insert(0, {folder!r})"
    return f'{lines}\nopen_subject = runpy.run_path({path!r})["{top}"]{tail}'


def _adapter_from(
    module: ModuleType, attribute: str, subject: str, opening: str, given: str | None
) -> Adapter:
    found: Any = module
    for part in attribute.split("."):
        if not part or not hasattr(found, part):
            raise SubjectError(
                f"{subject}: there is no {attribute!r} in it ({_near_attributes(module, attribute)})"
            )
        found = getattr(found, part)
    call = ""
    if isinstance(found, type) and issubclass(found, Adapter):
        found, call = _instance(found, subject), "()"
    if isinstance(found, Adapter):
        found.name = found.name or display_name(subject)
        found.made_by = found.made_by or f"{opening}\nadapter = open_subject{call}"
        return found
    if not callable(found):
        raise SubjectError(
            f"{subject}: is {type(found).__name__}, expected an adapter, or a callable that returns the open "
            "stream"
        )
    require_one_argument(found, subject)
    return CallableAdapter(found, display_name(subject), opening, given)


def _instance(kind: type[Adapter], subject: str) -> Adapter:
    try:
        return kind()
    except Exception as error:
        raise SubjectError(
            f"{subject}: making the adapter {kind.__name__}() failed: {_said(error)}"
        ) from None


def display_name(subject: str) -> str:
    """The name in node ids and reports: `io.BytesIO` for `io:BytesIO`, `my.py:attr` for files."""
    left, colon, attribute = subject.rpartition(":")
    if not colon:
        return subject
    if left.endswith(".py"):
        return f"{Path(left).name}:{attribute}"
    return f"{left}.{attribute}"


def _near_attributes(module: ModuleType, attribute: str) -> str:
    names = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
    near = difflib.get_close_matches(attribute, names, n=3, cutoff=0.7) or names[:5]
    return f"near: {', '.join(near)}" if near else "it defines no callable"


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
