"""Calls as people write them down: `read_at(n, position)`, over the kit's names for an operation's arguments.

Libraries agree neither on the name nor on the order of the arguments, so nothing is guessed: a subject
says how its stream spells an operation. What it writes is one call on the stream, or on an object that the
stream holds, whose arguments are the operation's own, rearranged and added up: nothing can be imitated by it.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "read_byte": (),
    "read_bytes": ("n",),
    "readinto": ("buffer",),
    "read_window": ("buffer", "offset", "length"),
    "skip": ("n",),
    "available": (),
    "seek": ("position",),
    "position": (),
    "close": (),
    "closed": (),
    "pread_bytes": ("position", "n"),
    "pread_into": ("position", "buffer"),
    "pread_window": ("position", "buffer", "offset", "length"),
    "read_fully": ("position", "buffer", "offset", "length"),
    "read_fully_all": ("position", "buffer"),
}
"""The operations that can be spelled by a written call, and what their arguments are called in it."""

STREAM = "stream"

PLAIN = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.List, ast.Tuple, ast.Subscript, ast.Slice, ast.keyword),
    *(ast.BinOp, ast.Add, ast.Sub, ast.UnaryOp, ast.USub, ast.Load),
)
"""What the arguments of a written call may be made of."""

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """A written call on `method` of the stream; its arguments are expressions over `parameters`.

    `item` is the index of the answer in what the call gives, None where that is the answer itself.
    """

    method: str
    parameters: tuple[str, ...]
    item: int | None
    _shape: str = field(repr=False)
    _collect: Callable[..., Arguments] = field(repr=False)

    def arguments(self, raw: Any, given: tuple[Any, ...]) -> Arguments:
        """Positional and keyword arguments of the call on `raw`, for the operation's arguments `given`."""
        return self._collect(raw, *given)

    def text(self, shown: tuple[str, ...], stream: str = STREAM) -> str:
        """The call on the name `stream`, with the operation's arguments as they are shown."""
        text = self._shape
        for name, given in zip((STREAM, *self.parameters), (stream, *shown), strict=True):
            text = text.replace(_place(name), given)
        return text + ("" if self.item is None else f"[{self.item}]")


def written(operation: str, text: str) -> Written | str:
    """What `text` says about an operation: a call, or the name of a plain attribute.

    Raises ValueError, one line, where it is neither.
    """
    if operation not in PARAMETERS:
        raise ValueError(f"got the operation {operation!r}, expected one of {', '.join(PARAMETERS)}")
    parameters = PARAMETERS[operation]
    node: ast.AST
    item: Any = None
    try:
        node = ast.parse(text.strip().removeprefix(f"{STREAM}."), mode="eval").body
    except SyntaxError:
        raise _unfit(operation, text) from None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        item, node = node.slice.value, node.value
    if not parameters and item is None and _dotted(node):
        return ast.unparse(node)
    if not isinstance(node, ast.Call) or not _dotted(node.func) or not _made_of(node, parameters):
        raise _unfit(operation, text)
    return _call(node, parameters, item)


def _dotted(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _dotted(node.value))


def _made_of(call: ast.Call, parameters: tuple[str, ...]) -> bool:
    """Whether the arguments are plain, and use all the parameters and no other name but the stream's."""
    nodes = [node for part in (*call.args, *call.keywords) for node in ast.walk(part)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    named = all(keyword.arg is not None for keyword in call.keywords)
    return named and all(isinstance(node, PLAIN) for node in nodes) and names - {STREAM} == {*parameters}


def _call(node: ast.Call, parameters: tuple[str, ...], item: Any) -> Written:
    method = ast.unparse(node.func)
    collected = ast.Call(ast.Name("collect", ast.Load()), node.args, node.keywords)
    source = f"lambda {', '.join((STREAM, *parameters))}: {ast.unparse(collected)}"
    collect = eval(source, {"__builtins__": {}, "collect": lambda *args, **keywords: (args, keywords)})
    on_the_stream = ast.parse(f"{STREAM}.{method}", mode="eval").body
    return Written(
        method, parameters, item, _shape(ast.Call(on_the_stream, node.args, node.keywords)), collect
    )


def _place(name: str) -> str:
    """Where the text of a name belongs in the shape of a call."""
    return f"\0{name}\0"


def _shape(call: ast.Call) -> str:
    """The text of a call with places in it for what its names stand for."""
    for node in ast.walk(call):
        if isinstance(node, ast.Name):
            node.id = _place(node.id)
    return ast.unparse(call)


def _unfit(operation: str, text: str) -> ValueError:
    parameters = PARAMETERS[operation]
    example = f"method({', '.join(parameters)})"
    return ValueError(
        f"{operation} is spelled {text!r}, expected one call on the stream that uses "
        f"{', '.join(parameters) or 'no argument'}, as in {example!r}"
    )
