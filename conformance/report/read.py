"""Reading a report back: checked against schema.json, so that whatever uses it can rely on its form."""

import functools
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from streamtck import __version__
from streamtck.outcomes import describe
from streamtck.spec import Specification

Data = dict[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class ReportError(ValueError):
    """A report cannot be used. The message is one line that names the file."""


def load(path: Path) -> Data:
    """The report in a file. ReportError for what is no report of this kit's schema, or a broken one."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ReportError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ReportError(f"{path}: not UTF-8: byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise ReportError(f"{path}: not JSON, or only a part of it: {said}") from None
    problem = next(problems(document), None) or next(_contradictions(document), None)
    if problem:
        raise ReportError(f"{path}: no report that this kit can use: {problem}")
    return cast("Data", document)


def known(document: Data, specification: Specification, path: Path) -> Data:
    """The report, if its requirements are this kit's; ReportError where one is not."""
    for implementation in document["implementations"]:
        for row in implementation["requirements"]:
            if row["id"] not in specification:
                raise ReportError(
                    f"{path}: {row['id']} is no requirement of this kit ({__version__}): the report is of "
                    f"streamtck {describe(document['kit']['version'])}; use that one"
                )
    return document


def _contradictions(document: Data) -> Iterator[str]:
    """What a schema cannot say: names and ids are there once, and the summary is that of the rows."""
    names = [each["name"] for each in document["implementations"]]
    yield from (f"the implementation {describe(name)} twice" for name in names if names.count(name) > 1)
    for implementation in document["implementations"]:
        rows = implementation["requirements"]
        at = f"implementation {describe(implementation['name'])}"
        if len({row["id"] for row in rows}) < len(rows):
            yield f"{at}: a requirement twice"
        for verdict, count in implementation["summary"].items():
            found = sum(row["verdict"] == verdict for row in rows)
            if count != found:
                yield f"{at}: summary: {count} {verdict}, but {found} in requirements"


@functools.cache
def _schema() -> Data:
    text = files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8")
    return cast("Data", json.loads(text))


def problems(value: Any, schema: Any = None, at: str = "") -> Iterator[str]:
    """Where a value is not as a schema says: only the keywords that schema.json uses."""
    schema = _schema() if schema is None else schema
    if schema is False:
        yield f"{at}: not expected here"
        return
    here = at or "the report"
    if "$ref" in schema:
        yield from problems(value, _schema()["$defs"][schema["$ref"].rpartition("/")[2]], at)
    allowed = schema.get("type", [])
    kinds = [allowed] if isinstance(allowed, str) else allowed
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{here}: got {describe(value)}, expected {' or '.join(kinds)}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{here}: got {describe(value)}, expected {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{here}: got {describe(value)}, expected one of {', '.join(schema['enum'])}"
    yield from _sizes(value, schema, here)
    if isinstance(value, dict):
        yield from _members(value, schema, at)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from problems(item, schema["items"], f"{at}[{number}]")
    yield from _combined(value, schema, at)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _sizes(value: Any, schema: Data, here: str) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield f"{here}: is empty"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{here}: got {describe(value)}, expected {schema['pattern']}"
    if isinstance(value, list) and len(value) < schema.get("minItems", 0):
        yield f"{here}: is empty"
    if _is(value, "number") and not value >= schema.get("minimum", value):
        yield f"{here}: got {value}, expected {schema['minimum']} at least"


def _members(value: Data, schema: Data, at: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at or 'the report'}: {name} is missing"
    rest = schema.get("additionalProperties", True)
    for name, member in value.items():
        below = f"{at}.{name}" if at else name
        if "propertyNames" in schema:
            yield from problems(name, schema["propertyNames"], f"{at}: a name")
        if name in schema.get("properties", {}):
            yield from problems(member, schema["properties"][name], below)
        elif rest is not True:
            yield from problems(member, rest, below)


def _combined(value: Any, schema: Data, at: str) -> Iterator[str]:
    if "anyOf" in schema and not any(_fits(value, each) for each in schema["anyOf"]):
        yield f"{at or 'the report'}: got {describe(value)}"
    for each in schema.get("allOf", ()):
        yield from problems(value, each, at)
    if "if" in schema:
        branch = "then" if _fits(value, schema["if"]) else "else"
        yield from problems(value, schema.get(branch, {}), at)


def _fits(value: Any, schema: Data) -> bool:
    return next(problems(value, schema), None) is None
