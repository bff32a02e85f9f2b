"""`python -m streamtck`: the command line."""

import sys

from streamtck.cli import main

if __name__ == "__main__":
    sys.exit(main())
