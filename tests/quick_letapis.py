"""The command ``letapis`` as tests run it hundreds of times: a workspace made by it stretches its passphrase little (64 KiB, one pass).

What exists says by itself how much its passphrase is stretched, so nothing else differs: which cost people get is asked of the library
(``tests/engines/seal/test_primitives.py``), and the program itself is run by the demo and by whoever starts ``python -m letapis``.
"""

import sys

from letapis.engines.seal import PassphraseCost
from letapis.faces.cli import main

PassphraseCost.__init__.__defaults__ = (64, 1, 1)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
