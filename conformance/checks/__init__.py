"""The checks, one file per family of the specification; each decides one requirement."""
