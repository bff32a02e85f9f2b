"""The local HTTP server: ranges as RFC 9110 has them, connections kept, nothing left behind."""

import http.client
import threading
from collections.abc import Iterator

import pytest

from streamtck.adapters.library.servers import ObjectServer, OverHttp, nameless, part
from streamtck.sparse import SIZE, sparse

CONTENT = bytes(range(100))


@pytest.fixture(params=[True, False], ids=["ranges", "no ranges"])
def server(request: pytest.FixtureRequest) -> Iterator[ObjectServer]:
    """A running server with one object and an empty one."""
    server = ObjectServer(request.param)
    server.objects |= {"/content": CONTENT, "/empty": b""}
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server: ObjectServer) -> Iterator[http.client.HTTPConnection]:
    """A connection to the server."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    yield connection
    connection.close()


def ask(
    client: http.client.HTTPConnection, path: str, wanted: str | None = None, method: str = "GET"
) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer to one request, and its body."""
    client.request(method, path, headers={"Range": wanted} if wanted else {})
    answer = client.getresponse()
    return answer, answer.read()


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        (None, 10, None),
        ("bytes=0-3", 10, range(4)),
        ("bytes=7-100", 10, range(7, 10)),
        ("Bytes = 4-", 10, range(4, 10)),
        ("bytes=-3", 10, range(7, 10)),
        ("bytes=-30", 10, range(10)),
        ("bytes=10-", 10, range(10, 10)),
        ("bytes=99-120", 10, range(0)),
        ("bytes=-0", 10, range(0)),
        ("bytes=0-0", 0, range(0)),
        ("bytes=-1", 0, None),
        ("bytes=5-4", 10, None),
        ("bytes=-", 10, None),
        ("bytes=0-1,4-5", 10, None),
        ("lines=0-3", 10, None),
        ("bytes=x-3", 10, None),
    ],
)
def test_a_range_header_is_read(header: str | None, size: int, expected: range | None) -> None:
    """A range within the content is given, one beyond it is empty, a malformed one is passed over."""
    found = part(header, size)

    assert (found is None) == (expected is None)
    assert list(found or ()) == list(expected or ())


def test_large_content_is_served_in_parts(server: ObjectServer, client: http.client.HTTPConnection) -> None:
    """Its length is told whole; a part beyond 4 GiB is given, and one without an end as far as it is read."""
    if not server.ranges:
        return
    server.objects["/large"] = sparse()
    head, _ = ask(client, "/large", method="HEAD")
    answer, body = ask(client, "/large", f"bytes={2**32}-{2**32 + 9}")
    client.request("GET", "/large", headers={"Range": f"bytes={2**31}-"})
    begun = client.getresponse()

    assert head.headers["Content-Length"] == str(SIZE)
    assert body == sparse()[2**32 : 2**32 + 10]
    assert answer.headers["Content-Range"] == f"bytes {2**32}-{2**32 + 9}/{SIZE}"
    assert begun.read(100) == sparse()[2**31 : 2**31 + 100]


def test_a_part_is_served_where_the_server_has_ranges(
    server: ObjectServer, client: http.client.HTTPConnection
) -> None:
    """With ranges a part comes as 206 with its place; without, the whole comes as 200."""
    answer, body = ask(client, "/content", "bytes=5-9")

    if server.ranges:
        assert (answer.status, body) == (206, CONTENT[5:10])
        assert answer.headers["Content-Range"] == "bytes 5-9/100"
        assert answer.headers["Accept-Ranges"] == "bytes"
    else:
        assert (answer.status, body) == (200, CONTENT)
        assert answer.headers["Accept-Ranges"] is None


def test_a_part_beyond_the_end_is_refused(server: ObjectServer, client: http.client.HTTPConnection) -> None:
    """With ranges, one that begins at or beyond the end gets 416 and the length."""
    answer, body = ask(client, "/content", "bytes=100-")

    if server.ranges:
        assert (answer.status, body) == (416, b"")
        assert answer.headers["Content-Range"] == "bytes */100"
    else:
        assert (answer.status, body) == (200, CONTENT)


def test_head_tells_the_length(client: http.client.HTTPConnection) -> None:
    """HEAD gives the length of the whole, whatever range is asked for, and no body."""
    answer, body = ask(client, "/content", "bytes=5-9", "HEAD")

    assert (answer.status, body, answer.headers["Content-Length"]) == (200, b"", "100")


def test_what_is_not_there_is_not_found(client: http.client.HTTPConnection) -> None:
    """An unknown path gets 404, by GET and by HEAD."""
    assert [ask(client, "/nothing", method=method)[0].status for method in ("GET", "HEAD")] == [404, 404]


def test_a_connection_is_kept(client: http.client.HTTPConnection) -> None:
    """Several requests, an empty object and an unknown one among them, go over one connection."""
    ask(client, "/content")
    first = client.sock
    for path in ("/empty", "/nothing", "/content"):
        ask(client, path, "bytes=0-1")

    assert first is not None
    assert client.sock is first


def test_stopping_ends_connections_that_clients_hold(capfd: pytest.CaptureFixture[str]) -> None:
    """After stop() no thread of the server is left, although a client never closed; nothing is printed."""
    before = set(threading.enumerate())
    server = ObjectServer(True)
    server.objects["/content"] = bytes(1 << 20)
    server.start()
    client = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    client.request("GET", "/content")
    client.getresponse().read(10)
    server.stop()
    client.close()

    assert set(threading.enumerate()) == before
    assert capfd.readouterr() == ("", "")


class Broken(OverHttp):
    """Its setup fails after the server was started."""

    def setup(self) -> None:
        super().setup()
        raise RuntimeError("no client")


def test_teardown_ends_what_a_failed_setup_began() -> None:
    """teardown() stops the server although setup() did not come to its end, and may be called again."""
    before = set(threading.enumerate())
    adapter = Broken()
    with pytest.raises(RuntimeError):
        adapter.setup()
    adapter.teardown()
    adapter.teardown()

    assert set(threading.enumerate()) == before


def test_messages_name_no_port_and_no_number() -> None:
    """What differs from run to run is taken out of messages."""
    text = "http://127.0.0.1:40001/content17 (host='127.0.0.1', port=40001) streamtck-40001/content3 of 17"

    assert nameless(text) == (
        "http://127.0.0.1:<port>/content (host='127.0.0.1', port=<port>) streamtck-/content of 17"
    )
