"""Files that a verb writes for its caller."""

import os
from pathlib import Path

from letapis.core.errors import Busy


def new_file(path: Path, data: bytes) -> str:
    """A new file for its owner only. Raises Busy when it cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as out:
            out.write(data)
    except OSError:
        raise Busy("cli.file_unwritable") from None
    return str(path)
