"""How much a latency-aware run asks of an S3 server; printed for each library."""

import importlib.util
from collections import Counter
from typing import Any

import pytest

from streamtck.spec import load
from streamtck.subjects import prepare
from tests.subjects import READERS

MOST = 150
"""Requests of a quick run."""


if any(importlib.util.find_spec(name) is None for name in ("moto", "boto3")):
    pytest.skip("moto and boto3 are not installed", allow_module_level=True)


@pytest.mark.parametrize("name", READERS)
def test_a_quick_run_asks_little(name: str, monkeypatch: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Content is stored once a size, and streams are used again: the server is asked seldom."""
    package = name.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    from streamtck.adapters.library import s3

    asked: Counter[str] = Counter()
    answer = s3._Handler.run_wsgi

    def counted(handler: Any) -> Any:
        asked[handler.command] += 1
        return answer(handler)

    monkeypatch.setattr(s3._Handler, "run_wsgi", counted)
    subject = prepare(name, load(), "quick", 0, dear=True)
    try:
        results = subject.judge()
    finally:
        subject.close()
    decided = sum(result.verdict in ("pass", "fail", "warn") for result in results.values())
    with capsys.disabled():
        print(f"\n{name}: {asked.total()} requests ({dict(asked)}), {decided} requirements decided")

    assert asked.total() <= MOST
    assert decided > 40
