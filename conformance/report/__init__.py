"""Reports: JSON is the source of every other form."""
