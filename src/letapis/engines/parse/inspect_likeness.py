"""A short description of a clean picture by which another one like it is found: whether each point is lighter than the one to its right.

Runs inside the sandbox, on pages that the sandbox drew. It tells what a picture looks like, so it is kept in sealed records only.
"""

import io
from typing import Any

from PIL import Image, PngImagePlugin
from PIL.Image import Resampling

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.pictures import BROKEN

_image: Any = Image
_image.init = _image.preinit = lambda: None
_PLUGIN = PngImagePlugin


def read(untrusted: bytes, answer: Answer) -> None:
    try:
        with Image.open(io.BytesIO(untrusted), formats=["PNG"]) as picture:
            small = picture.convert("L").resize((17, 16), Resampling.BOX)
    except Image.DecompressionBombError:
        raise Stop("parse.too_many_pixels") from None
    except BROKEN:
        raise Stop("parse.other_form") from None
    points = small.tobytes()
    bits = "".join("1" if points[17 * y + x] > points[17 * y + x + 1] else "0" for y in range(16) for x in range(16))
    answer.fact(0, "like.difference", f"{int(bits, 2):064x}")
