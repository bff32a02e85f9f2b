"""The built-in subjects: one file per package, reached through the entry points that anyone can use."""
