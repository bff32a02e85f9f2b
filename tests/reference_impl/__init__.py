"""Tests of the reference streams, without the kit."""
