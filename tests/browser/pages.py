"""The reports that the browser is shown."""

from __future__ import annotations

from tests.report.documents import FAULT, HOSTILE, NASTY_FAULT, document, implementation

FAULTY = {
    "SK-5a": FAULT,
    "SK-5b": {"verdict": "blocked", "blocked_by": "SK-5a", "message": "the same"},
    "PY-18e": {**FAULT, "verdict": "warn"},
    "PY-2d": {"verdict": "observed", "observed": {"read(-2)": "raised ValueError"}},
}
NASTY = {"IS-1a": NASTY_FAULT}

PAGES = {
    "one": document(implementation("mine", FAULTY)),
    "several": document(*(implementation(f"package.of.streams:{n}", FAULTY if n else {}) for n in range(9))),
    "hostile": document(
        implementation(
            HOSTILE, {"IS-1a": NASTY_FAULT}, subject=HOSTILE, version=HOSTILE, distribution=HOSTILE
        ),
        implementation("x" * 3000, FAULTY),
    ),
    "hostile-alone": document(
        implementation(HOSTILE, NASTY, operations={HOSTILE: "native", "y" * 3000: "absent"}),
        complete=False,
        selection=f"-k {HOSTILE}",
    ),
}
