"""Hostile subjects, and what becomes of the run that meets them."""
