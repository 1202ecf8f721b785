"""What may stand in what in PREMIS 3.0 (schema of the Library of Congress, 18 January 2016), for the elements that a case file uses: facts of the
schema in a notation of our own, since the schema itself comes without a licence that would let it lie here.

``?`` once or not, ``*`` any number, ``+`` at least one; the order is that of the schema. Elements without a model hold text alone.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

NAMESPACE: Final = "{http://www.loc.gov/premis/v3}"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
MODELS: Final = {
    "premis": "object+ event* agent* rights*",
    "object": "objectIdentifier+ preservationLevel* significantProperties* objectCharacteristics+ originalName? storage* signatureInformation* "
    "relationship* linkingEventIdentifier* linkingRightsStatementIdentifier*",
    "objectCharacteristics": "compositionLevel? fixity* size? format+ creatingApplication* inhibitors* objectCharacteristicsExtension*",
    "fixity": "messageDigestAlgorithm messageDigest messageDigestOriginator?",
    "format": "formatDesignation formatRegistry? formatNote*",
    "formatDesignation": "formatName formatVersion?",
    "creatingApplication": "creatingApplicationName creatingApplicationVersion? dateCreatedByApplication? creatingApplicationExtension*",
    "inhibitors": "inhibitorType inhibitorTarget* inhibitorKey?",
    "storage": "contentLocation storageMedium?",
    "contentLocation": "contentLocationType contentLocationValue",
    "relationship": "relationshipType relationshipSubType relatedObjectIdentifier+ relatedEventIdentifier* relatedEnvironmentPurpose* "
    "relatedEnvironmentCharacteristic?",
    "relatedObjectIdentifier": "relatedObjectIdentifierType relatedObjectIdentifierValue relatedObjectSequence?",
    "event": "eventIdentifier eventType eventDateTime eventDetailInformation* eventOutcomeInformation* linkingAgentIdentifier* "
    "linkingObjectIdentifier*",
    "eventDetailInformation": "eventDetail? eventDetailExtension*",
    "eventOutcomeInformation": "eventOutcome eventOutcomeDetail*",
    "agent": "agentIdentifier+ agentName* agentType? agentVersion? agentNote* agentExtension* linkingEventIdentifier* "
    "linkingRightsStatementIdentifier* linkingEnvironmentIdentifier*",
    "rights": "rightsStatement+",
    "rightsStatement": "rightsStatementIdentifier rightsBasis copyrightInformation? licenseInformation? statuteInformation* "
    "otherRightsInformation? rightsGranted* linkingObjectIdentifier* linkingAgentIdentifier*",
    "otherRightsInformation": "otherRightsDocumentationIdentifier* otherRightsBasis otherRightsApplicableDates? otherRightsNote*",
    "rightsGranted": "act restriction* termOfGrant? termOfRestriction? rightsGrantedNote*",
    "termOfGrant": "startDate endDate?",
    **{f"{name}Identifier": f"{name}IdentifierType {name}IdentifierValue" for name in ("object", "event", "agent", "rightsStatement")},
    **{f"{name}Identifier": f"{name}IdentifierType {name}IdentifierValue" for name in ("linkingEvent", "linkingRightsStatement")},
    **{f"linking{n}Identifier": f"linking{n}IdentifierType linking{n}IdentifierValue linking{n}Role*" for n in ("Agent", "Object")},
}
_PATTERNS: Final = {name: re.compile("".join(re.sub(r"(\w+)(.?)", r"(?:\1 )\2", word) for word in model.split())) for name, model in MODELS.items()}
_ATTRIBUTES: Final = {"version", "xmlID", "simpleLink", "authority", "authorityURI", "valueURI", _TYPE}
_WHOLE: Final = {"compositionLevel", "size"}


def faults(root: ET.Element) -> Iterator[str]:
    """Every place in which a document is not as the schema wants it."""
    if root.tag != f"{NAMESPACE}premis" or root.get("version") != "3.0":
        yield "root"
    for element in root.iter():
        name = element.tag.removeprefix(NAMESPACE)
        held = [child.tag.removeprefix(NAMESPACE) for child in element]
        if not element.tag.startswith(NAMESPACE) or set(element.attrib) - _ATTRIBUTES:
            yield f"{name}: of another kind"
        if name in _PATTERNS and not _PATTERNS[name].fullmatch("".join(f"{child} " for child in held)):
            yield f"{name}: {' '.join(held)}"
        if (name not in _PATTERNS and held) or (name in _PATTERNS and (element.text or "").strip()):
            yield f"{name}: text and elements"
        if name == "object" and element.get(_TYPE) != "file":
            yield "object: no type"
        if name in _WHOLE and not (element.text or "").isdecimal():
            yield f"{name}: no number"
