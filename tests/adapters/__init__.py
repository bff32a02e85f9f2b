"""Tests of the adapters, laid out as they are."""
