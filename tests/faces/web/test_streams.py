"""Files to save and sounds to play: the right bytes, headers that no browser misreads, and nothing half sent."""

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.faces.web.streams import begun, played, saved

DATA = bytes(range(256)) * 3


def ask(wish: str, size: int = 7) -> Any:
    request = RequestFactory().get("/", headers={"range": wish} if wish else {})
    return played(request, lambda start: [DATA[i : i + size] for i in range(start, len(DATA), size)], len(DATA), "audio/mpeg")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@given(first=st.integers(0, len(DATA) - 1), length=st.integers(1, len(DATA)), size=st.integers(1, 300))
def test_any_part_is_the_part_that_was_asked_for(first: int, length: int, size: int) -> None:
    answer = ask(f"bytes={first}-{first + length - 1}", size)
    last = min(first + length, len(DATA)) - 1
    assert answer.status_code == 206 and answer["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert body(answer) == DATA[first : last + 1] and int(answer["Content-Length"]) == last - first + 1


@pytest.mark.parametrize("wish, expected", [("bytes=700-", DATA[700:]), ("bytes=-5", DATA[-5:]), ("bytes=-9999", DATA)])
def test_open_ends_and_tails(wish: str, expected: bytes) -> None:
    assert ask(wish).status_code == 206 and body(ask(wish)) == expected


@pytest.mark.parametrize("wish", ["", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=\u0661-"])
def test_what_is_no_single_range_is_answered_whole(wish: str) -> None:
    answer = ask(wish.encode("utf-8").decode("latin-1"))
    assert answer.status_code == 200 and body(answer) == DATA and "Content-Range" not in answer


@pytest.mark.parametrize("wish", ["bytes=768-", "bytes=9999-10000", "bytes=-0", "bytes=5-4", "bytes=-"])
def test_a_part_outside_is_refused_with_the_size(wish: str) -> None:
    answer = ask(wish)
    assert answer.status_code == 416 and answer["Content-Range"] == f"bytes */{len(DATA)}"


def test_a_file_is_never_opened_by_the_browser() -> None:
    answer = saved([b"<script>", b"</script>"], "original-1.bin", 17)
    assert answer["Content-Disposition"] == 'attachment; filename="original-1.bin"'
    assert answer["Content-Type"] == "application/octet-stream" and body(answer) == b"<script></script>"


def test_a_changed_file_is_an_error_before_anything_is_sent() -> None:
    def broken() -> Any:
        raise Damaged("objects.changed")
        yield b""

    with pytest.raises(Damaged):
        begun(broken())
    assert b"".join(begun([])) == b""
