"""The custody of a case file as PREMIS 3: every element where the schema of the Library of Congress wants it."""

import copy
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.premis_models import MODELS, faults

from letapis.core.handed import HandedEvent, HandedFile, Handover, Software
from letapis.core.premis import NAMESPACE, premis_xml
from letapis.engines.catalogue import catalogue

ORIGINAL = HandedFile("E-0001", "data/originals/E-0001.jpg", "", "0001", "image/jpeg", 3, "a" * 64, "b" * 128, "Дзверы", "", "")
DERIVED = HandedFile("E-0002", "data/derived/E-0002.png", "E-0001", "0002", "image/png", 0, "c" * 64, "d" * 128, "", "blackened", "letapis 1")
EVENTS = (
    HandedEvent("0003", "E-0001", "capture", "received", "from a source", 1, "2026-03-09"),
    HandedEvent("0004", "E-0001", "a word of nobody's", "", "", 2, "2026-03-10"),
)


def handover(*files: HandedFile, events: tuple[HandedEvent, ...] = EVENTS) -> Handover:
    software = Software("letapis", "1.0")
    return Handover("Invented centre", "An invented court", "a hearing", "2026-03-11", software, False, files or (ORIGINAL, DERIVED), events)


def document(told: Handover) -> ET.Element:
    return ET.fromstring(premis_xml(told, catalogue().custody))


def test_a_document_is_as_the_schema_wants_it() -> None:
    root = document(handover())
    assert not list(faults(root))
    assert [child.tag.rpartition("}")[2] for child in root] == [*["object"] * 2, *["event"] * 2, *["agent"] * 2, "rights"]
    assert not list(faults(document(handover(ORIGINAL, events=()))))


def test_every_element_that_is_taken_out_twice_there_or_out_of_order_is_noticed() -> None:
    """Otherwise the test above could not fail."""
    whole, free = document(handover()), {"originalName", "size", "fixity", "event", "agent", "rights", "storage", "linkingEventIdentifier"}
    checked = 0
    for at, element in enumerate(whole.iter()):
        for number in range(len(element)):
            lacking, turned = copy.deepcopy(whole), copy.deepcopy(whole)
            one, other = list(lacking.iter())[at], list(turned.iter())[at]
            name = one[number].tag.removeprefix(f"{{{NAMESPACE}}}")
            required = f"{name} " in f"{MODELS.get(element.tag.removeprefix(f'{{{NAMESPACE}}}'), '')} "
            one.remove(one[number])
            assert bool(list(faults(lacking))) >= (required and name not in free), name
            other.append(copy.deepcopy(other[0]))
            other.remove(other[0])
            if len({child.tag for child in other}) > 1:
                checked += 1
                assert list(faults(turned)), element.tag
    assert checked > 40


@pytest.mark.parametrize(
    "change",
    [
        lambda root: root.set("version", "2.0"),
        lambda root: root[0].attrib.clear(),
        lambda root: root[0].set("kind", "x"),
        lambda root: ET.SubElement(root, "object"),
        lambda root: setattr(root.find(f".//{{{NAMESPACE}}}size"), "text", "many"),
        lambda root: setattr(root[0], "text", "words"),
        lambda root: setattr(root, "tag", "premis"),
    ],
)
def test_a_wrong_attribute_a_foreign_element_and_words_between_are_noticed(change: Callable[[ET.Element], object]) -> None:
    root = document(handover())
    change(root)
    assert list(faults(root))


def test_signs_that_no_xml_may_hold_break_no_document() -> None:
    odd = "".join(map(chr, (*range(32), 0x7F, 0x85, 0xFFFE, 0xFFFF, 0x1F600))) + " & <b> ]]>"
    root = document(handover(replace(ORIGINAL, title=odd), events=(replace(EVENTS[0], detail=odd),)))
    assert not list(faults(root))
    (name,) = (one.text or "" for one in root.iter(f"{{{NAMESPACE}}}originalName"))
    assert "\U0001f600 & <b> ]]>" in name and "\ufffd" in name
