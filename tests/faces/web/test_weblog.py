"""The log holds codes and counts."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.faces.web import weblog

FORMAT = weblog.AllowListFormatter()


def line(name: str, message: object, *arguments: object, **extra: object) -> str:
    record = logging.LogRecord(name, logging.WARNING, "/x/y.py", 1, message, arguments or None, None)
    vars(record).update(extra)
    return FORMAT.format(record)


@given(st.text(), st.text(), st.text())
def test_foreign_messages_are_withheld(name: str, message: str, argument: str) -> None:
    said = line("django." + name, message + " %s", argument)
    assert said.split(" ", 1)[1] == "warning withheld"


@given(st.text(min_size=1))
def test_our_own_messages_are_codes_or_withheld(message: str) -> None:
    said = line("letapis", message).split(" ")
    assert len(said) == 3
    assert said[2] == "withheld" or said[2] == message


def test_a_code_a_count_and_a_place_are_written() -> None:
    assert line("letapis", "web.server", count=3, place="letapis.faces.web.serve:12").endswith("warning web.server 3 letapis.faces.web.serve:12")


def test_a_place_that_is_no_place_is_left_out() -> None:
    assert line("letapis", "web.server", place="Pryklad, Vydumka:12").endswith("warning web.server")


def test_no_traceback_is_written() -> None:
    try:
        raise ValueError("Pryklad")
    except ValueError as error:
        record = logging.LogRecord("letapis", logging.ERROR, "x", 1, "internal", None, (ValueError, error, error.__traceback__))
    assert "Pryklad" not in FORMAT.format(record)


def test_the_place_of_a_fault_is_ours_if_it_can_be() -> None:
    from letapis.core.dates import bounds

    try:
        bounds("no date")
    except ValueError as error:
        assert weblog.place_of(error.__traceback__).startswith("letapis.core.dates:")
    assert weblog.place_of(None) == ""


def test_every_logger_of_the_process_passes_the_formatter(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level, raising, ours = root.handlers[:], root.level, logging.raiseExceptions, weblog.LOGGER.level
    try:
        weblog.configure()
        logging.getLogger("django.request").error("Internal Server Error: %s", "/people/Pryklad")
        weblog.say("web.server", count=2)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        weblog.LOGGER.setLevel(ours)
        logging.raiseExceptions = raising
    written = capsys.readouterr().err
    assert "Pryklad" not in written and "withheld" in written and "web.server 2" in written
