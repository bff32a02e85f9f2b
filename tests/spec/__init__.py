"""Tests of the clauses as data and of their loader."""
