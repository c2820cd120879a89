"""`python -m sengraph` is the command line."""

import sys

from sengraph.cli import main

if __name__ == "__main__":
    sys.exit(main())
