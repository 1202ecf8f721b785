"""A case file as a graph for forensic tools (CASE 1.4 over UCO 1.4, JSON-LD) and as a research object (RO-Crate 1.2, JSON-LD).

Both are projections of the records in the case file and name their numbers. Identifiers are names within the case file: nothing outside it is
pointed at but the vocabularies.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from letapis.core.handed import HandedEvent, HandedFile, Handover

Node = dict[str, Any]
_NAMESPACE: Final = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")  # names that are addresses, RFC 9562, 6.6
_UCO: Final = "https://ontology.unifiedcyberontology.org/uco/"
_CONTEXT: Final[Mapping[str, str]] = {
    "kb": "urn:uuid:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{f"uco-{part}": f"{_UCO}{part}/" for part in ("action", "core", "identity", "observable", "tool", "types")},
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_CRATE: Final = "https://w3id.org/ro/crate/1.2"


def case_jsonld(handover: Handover) -> bytes:
    """The graph, UTF-8 JSON: files with their digests, a provenance record for each, one action for each custody record."""
    graph = [_organisation(handover), _tool(handover)]
    for file in handover.files:
        graph += [_observable(file), _provenance(file)]
    graph += [node for file in handover.files if file.derived_from for node in [_relationship(file)]]
    graph += [_action(event) for event in handover.events]
    return _json({"@context": _CONTEXT, "@graph": graph})


def _json(value: Node) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _ident(kind: str, name: str) -> str:
    """A name that ends in a UUID, as CASE asks, the same for the same thing of a case file."""
    digest = bytearray(hashlib.sha1(_NAMESPACE + f"letapis case file/{kind}/{name}".encode(), usedforsecurity=False).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80  # version 5 and variant, RFC 9562, 5.5
    digits = digest.hex()
    return f"kb:{kind}-{'-'.join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))}"


def _ref(kind: str, name: str) -> Node:
    return {"@id": _ident(kind, name)}


def _typed(kind: str, value: str) -> Node:
    return {"@type": f"xsd:{kind}", "@value": value}


def _organisation(handover: Handover) -> Node:
    return {"@id": _ident("organization", "0"), "@type": "uco-identity:Organization", "uco-core:name": handover.organisation}


def _tool(handover: Handover) -> Node:
    program = handover.software
    return {"@id": _ident("tool", "0"), "@type": "uco-tool:Tool", "uco-core:name": program.name, "uco-tool:version": program.version}


def _observable(file: HandedFile) -> Node:
    hashes = [
        {
            "@id": _ident("hash", f"{file.name}/{method}"),
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": method,
            "uco-types:hashValue": _typed("hexBinary", digest),
        }
        for method, digest in (("SHA256", file.sha256), ("SHA512", file.sha512))
    ]
    content = {
        "@id": _ident("content-data-facet", file.name),
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:mimeType": file.media_type,
        "uco-observable:sizeInBytes": file.size,
        "uco-observable:hash": hashes,
    }
    named = {
        "@id": _ident("file-facet", file.name),
        "@type": "uco-observable:FileFacet",
        "uco-observable:filePath": file.path,
        "uco-observable:sizeInBytes": file.size,
    }
    return {"@id": _ident("file", file.name), "@type": "uco-observable:File", "uco-core:hasFacet": [named, content]}


def _provenance(file: HandedFile) -> Node:
    return {
        "@id": _ident("provenance-record", file.name),
        "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": file.name,
        "uco-core:description": [*([file.title] if file.title else []), f"record {file.record} of the case file"],
        "uco-core:object": [_ref("file", file.name)],
    }


def _relationship(file: HandedFile) -> Node:
    return {
        "@id": _ident("relationship", file.name),
        "@type": "uco-observable:ObservableRelationship",
        "uco-core:source": _ref("file", file.name),
        "uco-core:target": _ref("file", file.derived_from),
        "uco-core:kindOfRelationship": "Derived_From",
        "uco-core:isDirectional": True,
    }


def _action(event: HandedEvent) -> Node:
    told = [event.outcome, *([event.detail] if event.detail else []), f"record {event.record} of the case file", f"attested for {event.day}"]
    return {
        "@id": _ident("investigative-action", event.record),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": event.event,
        "uco-core:description": told,
        "uco-action:performer": _ref("organization", "0"),
        "uco-action:instrument": [_ref("tool", "0")],
        "uco-action:object": [_ref("file", event.file)],
    }


def ro_crate(handover: Handover, tables: Mapping[str, str]) -> bytes:
    """``ro-crate-metadata.json`` for the folder ``data/``. ``tables``: path -> what a further file is, in a few words of English."""
    files = [_crate_file(file) for file in handover.files]
    others = [{"@id": path.removeprefix("data/"), "@type": "File", "name": words} for path, words in sorted(tables.items())]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Case file for {handover.recipient}",
        "description": ("INVENTED EXAMPLE. " if handover.marking else "") + handover.purpose,
        "datePublished": handover.day,
        "license": {"@id": "#terms"},
        "author": {"@id": "#organisation"},
        "hasPart": [{"@id": one["@id"]} for one in (*files, *others)],
    }
    about = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "conformsTo": {"@id": _CRATE}, "about": {"@id": "./"}}
    maker = {"@id": "#organisation", "@type": "Organization", "name": handover.organisation}
    terms = {"@id": "#terms", "@type": "CreativeWork", "name": f"Given to {handover.recipient} for {handover.purpose}, and to nobody else"}
    program = {"@id": "#program", "@type": "SoftwareApplication", "name": handover.software.name, "version": handover.software.version}
    return _json({"@context": f"{_CRATE}/context", "@graph": [about, root, maker, terms, program, *files, *others]})


def _crate_file(file: HandedFile) -> Node:
    made: Node = {
        "@id": file.path.removeprefix("data/"),
        "@type": "File",
        "name": file.title or file.name,
        "identifier": file.name,
        "encodingFormat": file.media_type,
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }
    return made | ({"isBasedOn": file.derived_from} if file.derived_from else {})
