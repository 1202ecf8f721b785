"""Lines of a calendar: at most 75 octets each, no letter cut in two, and joined again they say what was said."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from letapis.core import ics

DAY = date(2026, 2, 28)
SAID = st.text(st.characters(codec="utf-8"), max_size=200)


@given(SAID, st.sampled_from(("", "10:30")))
def test_a_long_line_is_folded_between_letters(said: str, time: str) -> None:
    made = ics.calendar([ics.Entry(b"0", DAY, time, said)], DAY)
    lines = made.encode("utf-8").split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 for line in lines)
    assert all(line.decode("utf-8") for line in lines[:-1])
    shown = next(line for line in made.replace("\r\n ", "").split("\r\n") if line.startswith("SUMMARY:"))
    escaped = said.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    assert shown == "SUMMARY:" + "".join(letter for letter in escaped if letter.isprintable())


def test_entries_of_one_day_begin_alike_and_those_of_an_hour_do_not() -> None:
    some = [ics.Entry(b"%d" % at, DAY, time, "Vydumka") for at, time in enumerate(("", "", "02:15", "10:30"))]
    begins = [line for line in ics.calendar(some, DAY).split("\r\n") if line.startswith("DTSTART")]
    whole = "DTSTART;VALUE=DATE:20260228"
    assert begins == [whole, whole, "DTSTART:20260227T231500Z", "DTSTART:20260228T073000Z"]
