"""A text that travels by messenger: what messengers do to it is undone, and a changed letter is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Hostile
from letapis.desk import armour

KIND = "WITNESS REQUEST"
TEXT = armour.wrap(KIND, b"old 0\n\nan invented note of a log, long enough for several lines of base64\n" * 3)


@pytest.mark.parametrize(
    "carried",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("-----", "—"),
        lambda text: text.replace("-----", "––"),
        lambda text: "".join(f"  {line}\u00a0\n" for line in text.splitlines()),
        lambda text: text.replace("\n", " "),
        lambda text: f"Good evening! Here it is:\n\n{text}\nWrite when you can.",
    ],
)
def test_what_messengers_do_to_a_text_is_undone_or_noticed(carried: object) -> None:
    assert callable(carried)
    assert armour.unwrap(KIND, carried(TEXT)) == armour.unwrap(KIND, TEXT)
    for at in range(TEXT.index("\n") + 1, TEXT.rindex("\n-----"), 7):
        other = "B" if TEXT[at] == "A" else "A"
        with pytest.raises(Hostile):
            armour.unwrap(KIND, carried(TEXT[:at] + other + TEXT[at + 1 :]))


@given(st.binary(max_size=300))
def test_any_bytes_come_back(data: bytes) -> None:
    assert armour.unwrap(KIND, armour.wrap(KIND, data)) == data
