"""The report as one HTML file that needs nothing else: no network, no font, no script of others."""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from streamtck.report.figures import spelled
from streamtck.report.view import view
from streamtck.spec import Specification, shown_by

FOLDER = "page"


def page(document: dict[str, Any], specification: Specification) -> str:
    """The page of a report, the same for the same report; it can always be encoded as UTF-8.

    `document` follows schema.json. Requirements that the specification does not have are shown without rule.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style, script = _text("page.css"), _text("page.js")
    return environment.get_template("page.html.j2").render(
        view=view(document, specification),
        families=specification.families,
        shown_by=shown_by,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
    )


def _finalized(value: object) -> object:
    return spelled(value) if type(value) is str else value


def _policy(style: str, script: str) -> str:
    """What the page may do: use its own style and its own script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _text(name: str) -> str:
    return files("streamtck.report").joinpath(FOLDER, name).read_text(encoding="utf-8")
