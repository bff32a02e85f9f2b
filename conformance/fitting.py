"""Finding out how a plain callable is given what to serve, and how that is encoded, where neither is said."""

from streamtck.adapters import Adapter, CallableAdapter, SubjectError
from streamtck.cases import scale
from streamtck.content import coded
from streamtck.probe import OpenFailed, Probe
from streamtck.watch import Gone

SAMPLE = 300
ENOUGH = 64
"""Bytes of the content that a stream must begin with, for the encoding to be the one it decodes."""

FORMS = ("read_bytes", "readinto", "read_byte")


class Unserved(SubjectError):
    """A subject whose streams do not serve the content: it may want it otherwise."""


def refitted(adapter: Adapter, surface: str) -> bool:
    """Whether a callable did not serve the content as it was used, and does so with another candidate."""
    return isinstance(adapter, CallableAdapter) and not serves(adapter, surface) and fit(adapter, surface)


def fit(adapter: Adapter, surface: str) -> bool:
    """Let a callable use the first of its candidates that serves the content; False where none does."""
    if not isinstance(adapter, CallableAdapter):
        return False
    used = adapter.used
    for way, encoding in adapter.candidates():
        adapter.use(way, encoding)
        if serves(adapter, surface):
            return True
    adapter.use(*used)
    return False


def tried(adapter: Adapter) -> str:
    """What was tried, in words; '' where there was nothing to try."""
    if not isinstance(adapter, CallableAdapter):
        return ""
    candidates = list(adapter.candidates())
    ways = dict.fromkeys(str(way) for way, _ in candidates)
    names = dict.fromkeys(encoding.name for _, encoding in candidates)
    return f"; tried {', '.join(names)}, handed over as {', '.join(ways)}: none gives the content back"


def serves(adapter: Adapter, surface: str) -> bool:
    """Whether a stream begins with the content stored for it, by any form of reading."""
    probe = Probe(adapter, adapter.surface(surface), scale("quick"))
    forms = [form for form in FORMS if form in probe.surface.spellings]
    content = coded(SAMPLE)
    try:
        return any(_beginning(probe, content, form) == content[:ENOUGH] for form in forms)
    except (OpenFailed, Gone):
        return False
    finally:
        probe.release()


def _beginning(probe: Probe, content: bytes, form: str) -> bytes:
    """The first bytes that a new stream gives by one form, up to the first that are wrong."""
    stream = probe.open(content)
    data = b""
    while len(data) < ENOUGH and content.startswith(data):
        try:
            read = stream.read(form, ENOUGH - len(data))
        except Gone:
            break
        if not read.data:
            break
        data += read.data
    return data
