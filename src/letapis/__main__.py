"""``python -m letapis`` is the command ``letapis``."""

import sys

from letapis.faces.cli import main

sys.exit(main(sys.argv[1:]))
