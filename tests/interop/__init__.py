"""Tests against python-lz4's own `lz4.stream`, which `nox -s interop` builds; skipped where it is missing."""
