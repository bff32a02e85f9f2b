"""Every registered subject: it serves what was stored, shows how, and leaves nothing behind."""

import io
import os
import threading
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest

from streamtck.adapters import Adapter, SubjectError, registered, resolve
from streamtck.content import coded, expression
from streamtck.violation import script
from tests.running import run_python

CODECS = "streamtck.adapters.library.lz4_stream"
OURS = sorted(
    name
    for name, point in registered().items()
    if point.module.startswith("streamtck.") and point.module != CODECS
)
CONTENT = coded(70000)


def adapter_of(name: str) -> Adapter:
    """The adapter of a registered subject; skips where its package is not installed."""
    try:
        return resolve(name)
    except SubjectError as error:
        if "needs the package" not in str(error):
            raise
        pytest.skip(str(error))


@pytest.fixture(params=OURS)
def adapter(request: pytest.FixtureRequest) -> Iterator[Adapter]:
    """A registered subject that was set up."""
    adapter = adapter_of(request.param)
    try:
        adapter.setup()
        yield adapter
    finally:
        adapter.teardown()


def opened(adapter: Adapter, ref: Any) -> Any:
    """A stream on stored content, under the subject's first surface."""
    return adapter.open(ref, *surface_of(adapter))


def surface_of(adapter: Adapter) -> tuple[str, ...]:
    """The surface that is named to subjects of several."""
    return adapter.surfaces[:1] if len(adapter.surfaces) > 1 else ()


def rest_of(adapter: Adapter, stream: Any) -> bytes:
    """All that a stream still gives, and the stream closed."""
    data = b""
    while chunk := some_of(adapter, stream, 65536):
        data += chunk
    stream.close()
    return data


def some_of(adapter: Adapter, stream: Any, most: int) -> bytes:
    """What one read gives."""
    if adapter.surfaces[0] == "python-file":
        return bytes(stream.read(most))
    buffer = bytearray(most)
    return bytes(buffer[: max(0, stream.read(buffer))])


def test_serves_what_was_stored(adapter: Adapter) -> None:
    """Two streams on one stored content each give all of it, and it can be read back as it was stored."""
    ref = adapter.store(CONTENT)
    served = [rest_of(adapter, opened(adapter, ref)) for _ in range(2)]
    found = adapter.read_back(ref)
    adapter.discard(ref)

    assert served == [CONTENT, CONTENT]
    assert found in (None, adapter.stored_form(CONTENT))


def test_each_store_is_a_content_of_its_own(adapter: Adapter) -> None:
    """Contents stored one after the other do not replace each other."""
    refs = [adapter.store(content) for content in (b"first", b"second")]
    served = [rest_of(adapter, opened(adapter, ref)) for ref in refs]
    for ref in refs:
        adapter.discard(ref)

    assert served == [b"first", b"second"]


def test_opens_on_any_source(adapter: Adapter) -> None:
    """A subject that opens on binary files serves the content from one of the kit's."""
    if not adapter.sources:
        pytest.skip("it opens on nothing of the kit's")
    stream = adapter.open_on(io.BytesIO(adapter.encode(CONTENT)), *surface_of(adapter))

    assert rest_of(adapter, stream) == CONTENT


def test_embedded_content_is_served_alone(adapter: Adapter) -> None:
    """A subject that serves a part gives that part alone; what opened it, if anything, can be closed once."""
    if not adapter.ranged:
        pytest.skip("it serves no part of anything")
    ref = adapter.embed(CONTENT, b"before" * 200, b"after" * 200)
    served = rest_of(adapter, opened(adapter, ref))
    closed = [adapter.close_opener(ref) for _ in range(2)]
    adapter.discard(ref)

    assert served == CONTENT
    assert closed in ([True, False], [False, False])


@pytest.mark.parametrize("name", OURS)
def test_the_snippet_opens_it(name: str, tmp_path: Path) -> None:
    """What reproducers begin with runs in a fresh interpreter and opens a stream on the content."""
    adapter = adapter_of(name)
    reads = {"python-file": "got = stream.read(10)"}
    lines = [
        reads.get(adapter.surfaces[0], "got = bytearray(10); stream.read(got)"),
        "assert got == content[:10], got",
        "stream.close()",
        "print('shown')",
    ]
    snippet = adapter.snippet(*surface_of(adapter))
    done = run_python(tmp_path, script(snippet, expression(CONTENT), lines))

    assert (done.stdout, done.stderr) == ("shown\n", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", OURS)
def test_nothing_is_left_behind(name: str) -> None:
    """After teardown, threads and environment are what they were, and it can be set up again."""
    adapter = adapter_of(name)
    before = set(threading.enumerate()), dict(os.environ)
    for _ in range(2):
        adapter.setup()
        ref = adapter.store(CONTENT)
        stream = opened(adapter, ref)
        some_of(adapter, stream, 5)
        stream.close()
        adapter.teardown()
        adapter.teardown()

    assert (set(threading.enumerate()), dict(os.environ)) == before


USED = """
from streamtck.adapters import resolve
adapter = resolve("{name}")
adapter.setup()
print(adapter.open(adapter.store(b"content")).read(10))
adapter.teardown()
"""


@pytest.mark.parametrize(
    "name", ["boto3.StreamingBody", "fsspec.http", "s3fs", "smart_open.http", "smart_open.s3", "urllib3"]
)
def test_settings_of_the_user_are_not_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in the environment and the home folder, a subject meets its server only."""
    adapter_of(name)
    (tmp_path / ".aws").mkdir()
    for file in (".aws/config", ".aws/credentials", ".netrc"):
        (tmp_path / file).write_text("[broken", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    for variable in ("AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    done = run_python(tmp_path, USED.format(name=name))

    assert (done.stdout, done.stderr) == ("b'content'\n", "")


NEEDS = {
    "backports.zstd": "backports.zstd",
    "boto3.StreamingBody": "moto",
    "fsspec.http": "aiohttp",
    "fsspec.memory": "fsspec",
    "isal": "isal",
    "lz4-double-buffer": "lz4",
    "lz4.frame": "lz4",
    "pyarrow.OSFile": "pyarrow",
    "s3fs": "s3fs",
    "smart_open.http": "smart_open",
    "smart_open.s3": "boto3",
    "urllib3": "urllib3",
    "zstandard": "zstandard",
}
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "{package}":
            raise ModuleNotFoundError("No module named " + repr(name), name=name)
sys.meta_path.insert(0, Missing())
from streamtck.adapters import SubjectError, resolve
try:
    resolve("{name}")
except SubjectError as error:
    print(error)
"""


@pytest.mark.parametrize(("name", "package"), NEEDS.items())
def test_a_missing_package_is_told_with_its_extra(name: str, package: str, tmp_path: Path) -> None:
    """Where a package is missing, one line says which, and names an extra that there is."""
    adapter_of(name)
    done = run_python(tmp_path, WITHOUT.format(name=name, package=package))

    extra = registered()[name].module.rpartition(".")[2].replace("_", "-")
    assert done.stdout == f"{name}: needs the package {package}; pip install 'streamtck[{extra}]'\n", (
        done.stderr
    )
    assert extra in (metadata("streamtck").get_all("Provides-Extra") or ())
