"""streamtck: the conformance test kit for byte streams in Python.

`pytest --impl=SUBJECT` runs it. Nothing heavy is imported here, because pytest loads this package in
every session of every project that has it installed.
"""

__version__ = "0.1.0"
