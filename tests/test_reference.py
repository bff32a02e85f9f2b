"""The kit has nothing to say against its own reference streams, under none of their surfaces."""

import pytest

from streamtck.adapters import SURFACES, Adapter, SubjectError, registered, resolve
from tests.judging import judge, noteworthy

HOMES = ("reference", "lz4_double_buffer")
REFERENCES = sorted(name for name, point in registered().items() if point.module.rpartition(".")[2] in HOMES)


def reference(name: str) -> Adapter:
    """A subject of ours; skips where the package that it needs is not installed."""
    try:
        return resolve(name)
    except SubjectError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(
    ("name", "budget"), [*((name, "quick") for name in REFERENCES), ("reference.memory", "standard")]
)
def test_a_reference_stream_has_nothing_said_about_it(name: str, budget: str) -> None:
    """Every reference stream meets every MUST and SHOULD that is checked."""
    results = judge(reference(name), budget)
    assert {id: results[id].message for id in noteworthy(results)} == {}


def test_the_references_offer_every_surface() -> None:
    """Each surface has a reference that offers it."""
    offered = {surface for name in REFERENCES for surface in reference(name).surfaces}
    assert offered == set(SURFACES)


@pytest.mark.parametrize("name", REFERENCES)
def test_a_snippet_opens_what_the_adapter_opens(name: str) -> None:
    """The Python shown in reproducers runs by itself and gives the same kind of stream."""
    adapter = reference(name)
    for surface in (each for each in adapter.surfaces if each != "codec"):
        names = {"content": b"some content"}
        exec(adapter.snippet(surface), names)
        ref = adapter.store(b"some content")
        opened = adapter.open(ref, surface)
        assert type(names["stream"]) is type(opened)
        for stream in (names["stream"], opened):
            stream.close()
        if "folder" in names:
            names["folder"].cleanup()
        adapter.discard(ref)
    adapter.teardown()
