"""An S3 bucket inside this process, for subjects that read from one: moto, behind a server of its own."""

import os
from typing import Any

import boto3
import botocore.config
import botocore.session
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer

from streamtck.adapters.library.servers import HOST, Served, Threads

REGION = "us-east-1"
KEY, SECRET = "not-a-key", "not-a-secret"
"""Credentials that the clients are given; the server takes any."""

SETTINGS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""Session variables of botocore's under which no profile, settings or credentials of the user's are read."""

CONFIG = {"proxies": dict[str, str]()}
"""Nothing stands between client and server, whatever the environment says."""


class _Handler(MotoRequestHandler):  # type: ignore[misc]
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing is printed."""


class S3Server(Threads, BaseWSGIServer):  # type: ignore[misc]
    """Moto's S3 at a free port; `url` is the endpoint that clients are given."""

    multithread = True

    def __init__(self) -> None:
        application = DomainDispatcherApplication(create_backend_app)
        BaseWSGIServer.__init__(self, HOST, 0, application, handler=_Handler)


def client_of(url: str) -> Any:
    """A `boto3` client for the server at `url`."""
    session = boto3.Session(
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name=REGION,
        botocore_session=botocore.session.Session(SETTINGS),
    )
    return session.client("s3", endpoint_url=url, config=botocore.config.Config(**CONFIG))


class InBucket(Served):
    """Content in objects of a bucket, put there behind the server's back; `open` gets the key."""

    def setup(self) -> None:
        self.server = S3Server()
        self.server.start()
        self.undo.callback(self.server.stop)
        self.bucket = f"streamtck-{self.server.url.rpartition(':')[2]}"
        self._objects.create_bucket(self.bucket, REGION)
        self.undo.callback(self._remove_bucket)

    def _remove_bucket(self) -> None:
        for key in list(self._objects.get_bucket(self.bucket).keys):
            self.discard(key)
        self._objects.delete_bucket(self.bucket)

    @property
    def _objects(self) -> Any:
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]

    def place(self, stored: bytes) -> str:
        key = self.new_name()
        self._objects.put_object(self.bucket, key, bytes(bytearray(stored)))
        return key

    def read_back(self, ref: str) -> bytes | None:
        found = self._objects.get_object(self.bucket, ref)
        return None if found is None else found.value

    def discard(self, ref: str) -> None:
        self._objects.delete_object(self.bucket, ref)
