"""The custody of a case file as PREMIS 3 (Library of Congress, data dictionary version 3.0): objects, events, agents and rights in XML.

The XML is a projection: each object and event names the number of the record in the case file that proves it.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from letapis.core.custody import Events
from letapis.core.handed import HandedEvent, HandedFile, Handover

NAMESPACE: Final = "http://www.loc.gov/premis/v3"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_TERMS: Final = "http://id.loc.gov/vocabulary/preservation/eventType"
_DIGESTS: Final = "http://id.loc.gov/vocabulary/preservation/cryptographicHashFunctions"
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # signs that no XML may hold, also written as numbers
_ORGANISATION, _PROGRAM = "organisation", "program"


def premis_xml(handover: Handover, events: Events) -> bytes:
    """The document, UTF-8. ``events`` give the terms of the Library of Congress; an event without one keeps its own word."""
    root = ET.Element("premis", {"xmlns": NAMESPACE, "xmlns:xsi": _INSTANCE, "version": "3.0"})
    for file in handover.files:
        root.append(_object(file, [event for event in handover.events if event.file == file.name]))
    for event in handover.events:
        root.append(_event(event, events))
    root.extend(_agents(handover))
    root.append(_rights(handover))
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode("utf-8") + b"\n"


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = _ILLEGAL.sub("\ufffd", text) or None
    return made


def _identifier(parent: ET.Element, name: str, kind: str, value: str) -> ET.Element:
    made = _add(parent, name)
    _add(made, f"{name}Type", kind)
    _add(made, f"{name}Value", value)
    return made


def _object(file: HandedFile, events: list[HandedEvent]) -> ET.Element:
    made = ET.Element("object", {"xsi:type": "file"})
    _identifier(made, "objectIdentifier", "case file item", file.name)
    _identifier(made, "objectIdentifier", "case file record", file.record)
    traits = _add(made, "objectCharacteristics")
    _add(traits, "compositionLevel", "0")
    for algorithm, code, digest in (("SHA-256", "sha256", file.sha256), ("SHA-512", "sha512", file.sha512)):
        fixity = _add(traits, "fixity")
        _add(fixity, "messageDigestAlgorithm", algorithm, authorityURI=_DIGESTS, valueURI=f"{_DIGESTS}/{code}")
        _add(fixity, "messageDigest", digest)
        _add(fixity, "messageDigestOriginator", _ORGANISATION)
    _add(traits, "size", str(file.size))
    _add(_add(_add(traits, "format"), "formatDesignation"), "formatName", file.media_type)
    if file.tool:
        _add(_add(traits, "creatingApplication"), "creatingApplicationName", file.tool)
    if file.title:
        _add(made, "originalName", file.title)
    place = _add(_add(made, "storage"), "contentLocation")
    _add(place, "contentLocationType", "path in the case file")
    _add(place, "contentLocationValue", file.path)
    if file.derived_from:
        _derivation(made, file)
    for event in events:
        _identifier(made, "linkingEventIdentifier", "case file record", event.record)
    _identifier(made, "linkingRightsStatementIdentifier", "case file", "handover")
    return made


def _derivation(made: ET.Element, file: HandedFile) -> None:
    relation = _add(made, "relationship")
    _add(relation, "relationshipType", "derivation")
    _add(relation, "relationshipSubType", "has source")
    related = _add(relation, "relatedObjectIdentifier")
    _add(related, "relatedObjectIdentifierType", "case file item")
    _add(related, "relatedObjectIdentifierValue", file.derived_from)


def _event(event: HandedEvent, events: Events) -> ET.Element:
    made = ET.Element("event")
    _identifier(made, "eventIdentifier", "case file record", event.record)
    known = events.by_id.get(event.event)
    term = {"authority": "eventType", "authorityURI": _TERMS, "valueURI": f"{_TERMS}/{known.code}"} if known and known.code else {}
    _add(made, "eventType", event.event, **term)
    _add(made, "eventDateTime", event.day)
    if event.detail:
        _add(_add(made, "eventDetailInformation"), "eventDetail", event.detail)
    _add(_add(made, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    _linked(made, "linkingAgentIdentifier", "agent", _ORGANISATION, "implementer")
    _linked(made, "linkingObjectIdentifier", "case file item", event.file, "source")
    return made


def _linked(parent: ET.Element, name: str, kind: str, value: str, role: str) -> None:
    _add(_identifier(parent, name, kind, value), name.replace("Identifier", "Role"), role)


def _agents(handover: Handover) -> Iterator[ET.Element]:
    program = handover.software
    for ident, name, kind, version in (
        (_ORGANISATION, handover.organisation, "organization", ""),
        (_PROGRAM, program.name, "software", program.version),
    ):
        made = ET.Element("agent")
        _identifier(made, "agentIdentifier", "agent", ident)
        _add(made, "agentName", name)
        _add(made, "agentType", kind)
        if version:
            _add(made, "agentVersion", version)
        yield made


def _rights(handover: Handover) -> ET.Element:
    """Why this may leave: the consent of sources and persons to this recipient, asked before anything was written."""
    made = ET.Element("rights")
    statement = _add(made, "rightsStatement")
    _identifier(statement, "rightsStatementIdentifier", "case file", "handover")
    _add(statement, "rightsBasis", "other")
    _add(_add(statement, "otherRightsInformation"), "otherRightsBasis", "consent")
    granted = _add(statement, "rightsGranted")
    _add(granted, "act", "disseminate")
    _add(granted, "restriction", f"to {handover.recipient}, for {handover.purpose}")
    _add(_add(granted, "termOfGrant"), "startDate", handover.day)
    return made
