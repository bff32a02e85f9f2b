"""Judging a stream without pytest: what the kit's own tests compare."""

import warnings
from collections.abc import Callable
from typing import Any

from streamtck.adapters import Adapter, CallableAdapter
from streamtck.spec import load
from streamtck.subjects import ready
from streamtck.verdicts import Result

NOTEWORTHY = ("fail", "warn", "blocked", "error", "timeout", "crash")


def adapter_of(open_stream: Callable[..., Any] | Adapter) -> Adapter:
    """The adapter of a callable; one in an importable module has reproducers that run."""
    if isinstance(open_stream, Adapter):
        return open_stream
    if isinstance(open_stream, type) and issubclass(open_stream, Adapter):
        return open_stream()
    module, name = open_stream.__module__, open_stream.__qualname__
    opening = f"from {module} import {name.partition('.')[0]} as open_subject"
    return CallableAdapter(open_stream, f"{module}.{name}", opening)


def judge(
    open_stream: Callable[..., Any] | Adapter, budget: str = "standard", seed: int = 0
) -> dict[str, Result]:
    """The verdict on every requirement."""
    adapter = adapter_of(open_stream)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        subject = ready(adapter, adapter.name, load(), budget, seed)
        try:
            return subject.judge()
        finally:
            subject.close()


def noteworthy(results: dict[str, Result]) -> dict[str, str]:
    """The verdicts that say something is wrong, by requirement id."""
    return {id: str(result.verdict) for id, result in results.items() if result.verdict in NOTEWORTHY}


def blamed(
    open_stream: Callable[..., Any] | Adapter, budget: str = "standard", seed: int = 0
) -> dict[str, str]:
    """What is said against a stream that is legal, by requirement id; a SHOULD may warn of it."""
    results = judge(open_stream, budget, seed)
    return {id: results[id].message for id, verdict in noteworthy(results).items() if verdict != "warn"}
