"""Surfaces as data: how each operation of the kit is spelled on a stream, and what its answers mean.

A surface is a table. Nothing in it imitates: an operation that the stream does not have under its
spelling is absent (design: "Surfaces and operations").
"""

import errno
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import Any

from streamtck.adapters.written import Arguments, Written, written

UNSUPPORTED_ERRORS: tuple[type[BaseException], ...] = (io.UnsupportedOperation, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One operation as a stream of this surface offers it.

    `name` is a method, dotted where an object that the stream holds has it, or with `attribute` a plain
    attribute; `fixed` are leading arguments that the operation implies; `call` is there where the
    stream takes the arguments in a way of its own.
    """

    name: str
    fixed: tuple[Any, ...] = ()
    attribute: bool = False
    call: Written | None = None

    @classmethod
    def of(cls, operation: str, text: str) -> "Spelling":
        """The spelling that is written down, as in `read_at(n, position)`; ValueError, one line, if none."""
        call = written(operation, text)
        return cls(call, attribute=True) if isinstance(call, str) else cls(call.method, call=call)

    def on(self, raw: Any) -> Any:
        """The method, or the attribute's value; AttributeError where the stream has none."""
        return attrgetter(self.name)(raw)

    def arguments(self, raw: Any, given: tuple[Any, ...]) -> Arguments:
        """Positional and keyword arguments of the call, as the stream takes them."""
        return (self.fixed + given, {}) if self.call is None else self.call.arguments(raw, given)

    def made(self, raw: Any, given: tuple[Any, ...] = ()) -> Callable[[], Any]:
        """The call, ready to be made as often as wanted; gives what the stream gave."""
        if self.attribute:
            return partial(self.on, raw)
        positional, keywords = self.arguments(raw, given)
        call = partial(self.on(raw), *positional, **keywords)
        item = self.call and self.call.item
        return call if item is None else lambda: call()[item]

    def text(self, shown: tuple[str, ...], stream: str = "stream") -> str:
        """The call as a user writes it, with the name `stream` for the stream."""
        if self.attribute:
            return f"{stream}.{self.name}"
        if self.call is not None:
            return self.call.text(shown, stream)
        fixed = tuple(repr(value) for value in self.fixed)
        return f"{stream}.{self.name}({', '.join(fixed + shown)})"


@dataclass(frozen=True, slots=True)
class Surface:
    """A named family of operations with its conventions.

    `byte_is_int`: a byte read gives an int, not a bytes object of length 1. `byte_end`, `count_end`:
    what the byte form and the buffer forms give at the end. `end_of_file`: the errors that mean
    "the end came too early". `unsupported`: the errors that mean "not offered here"; `refusals`: the
    same by name, for surfaces whose classes every implementation defines for itself. `from_the_end`:
    the positioned reads that document a negative position as counted from the end, as slices do.
    """

    name: str
    spellings: Mapping[str, Spelling] = field(repr=False)
    byte_is_int: bool
    byte_end: object
    count_end: int
    end_of_file: tuple[type[BaseException], ...] = (EOFError,)
    unsupported: tuple[type[BaseException], ...] = UNSUPPORTED_ERRORS
    refusals: tuple[str, ...] = ()
    from_the_end: tuple[str, ...] = ()

    def says_unsupported(self, error: BaseException | None) -> bool:
        """Whether an error only means that the operation is not offered; an illegal seek (a pipe's) does."""
        if isinstance(error, self.unsupported) or getattr(error, "errno", None) == errno.ESPIPE:
            return True
        return any(self.named(error, name) for name in self.refusals)

    @staticmethod
    def named(error: BaseException | None, name: str) -> type[BaseException] | None:
        """The class called `name` among those that an error is an instance of, None where there is none."""
        return next((kind for kind in type(error).__mro__ if kind.__name__ == name), None)

    def respelled(self, spellings: Mapping[str, Spelling | str | None]) -> "Surface":
        """This surface with some operations spelled otherwise; None takes an operation away.

        A spelling may be written down, as in `{"pread_bytes": "read_at(n, position)"}`; ValueError, one
        line, where that is no call that the kit can make.
        """
        merged: dict[str, Spelling] = dict(self.spellings)
        for name, how in spellings.items():
            if how is None:
                merged.pop(name, None)
            else:
                merged[name] = Spelling.of(name, how) if isinstance(how, str) else how
        return replace(self, spellings=merged)


PYTHON_FILE = Surface(
    name="python-file",
    byte_is_int=False,
    byte_end=b"",
    count_end=0,
    spellings={
        "read_byte": Spelling("read", (1,)),
        "read_bytes": Spelling("read"),
        "readinto": Spelling("readinto"),
        "read1": Spelling("read1"),
        "read1_any": Spelling("read1"),
        "readinto1": Spelling("readinto1"),
        "read_all": Spelling("read"),
        "readall": Spelling("readall"),
        "peek": Spelling("peek"),
        "readline": Spelling("readline"),
        "readline_size": Spelling("readline"),
        "iter": Spelling("__iter__"),
        "next": Spelling("__next__"),
        "readlines": Spelling("readlines"),
        "readlines_hint": Spelling("readlines"),
        "seek": Spelling("seek"),
        "seek_from": Spelling("seek"),
        "position": Spelling("tell"),
        "readable": Spelling("readable"),
        "seekable": Spelling("seekable"),
        "writable": Spelling("writable"),
        "write": Spelling("write"),
        "isatty": Spelling("isatty"),
        "fileno": Spelling("fileno"),
        "enter": Spelling("__enter__"),
        "exit": Spelling("__exit__"),
        "detach": Spelling("detach"),
        "close": Spelling("close"),
        "closed": Spelling("closed", attribute=True),
    },
)

HADOOP = Surface(
    name="hadoop",
    byte_is_int=True,
    byte_end=-1,
    count_end=-1,
    spellings={
        "read_byte": Spelling("read"),
        "readinto": Spelling("read"),
        "read_window": Spelling("read"),
        "skip": Spelling("skip"),
        "available": Spelling("available"),
        "mark_supported": Spelling("mark_supported"),
        "mark": Spelling("mark"),
        "reset": Spelling("reset"),
        "seek": Spelling("seek"),
        "position": Spelling("get_pos"),
        "seek_to_new_source": Spelling("seek_to_new_source"),
        "pread_window": Spelling("read"),
        "read_fully": Spelling("read_fully"),
        "read_fully_all": Spelling("read_fully"),
        "close": Spelling("close"),
        "closed": Spelling("closed", attribute=True),
    },
)

DATA_STORE = Surface(
    name="data-store",
    byte_is_int=False,
    byte_end=b"",
    count_end=0,
    refusals=("NotSupportedError",),
    spellings={
        "readinto": Spelling("read"),
        "read_view": Spelling("read"),
        "seek": Spelling("seek"),
        "position": Spelling("position", attribute=True),
        "size": Spelling("size", attribute=True),
        "seekable": Spelling("seekable", attribute=True),
        "supports_zero_copy": Spelling("supports_zero_copy", attribute=True),
        "enter": Spelling("__enter__"),
        "exit": Spelling("__exit__"),
        "close": Spelling("close"),
        "closed": Spelling("closed", attribute=True),
    },
)

CODEC = Surface(
    name="codec",
    byte_is_int=False,
    byte_end=b"",
    count_end=0,
    spellings={
        "compress": Spelling("compress"),
        "decompress": Spelling("decompress"),
        "get_block": Spelling("get_block"),
    },
)

_TABLES = (PYTHON_FILE, HADOOP, DATA_STORE, CODEC)

OPERATIONS: tuple[str, ...] = tuple(
    dict.fromkeys([*(name for table in _TABLES for name in table.spellings), "pread_into", "pread_bytes"])
)
"""Every operation that the kit knows, whether or not a surface has it."""

SURFACES: Mapping[str, Surface] = {table.name: table for table in _TABLES}
