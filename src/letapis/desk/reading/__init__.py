"""The one window out: every view of the record passes here, and none exists without a Reader.

Functions take ``(desk, reader, …)`` and return frozen values. What a reader does not hold raises the same NotFound as
what does not exist. The few functions without a reader answer questions of the desk itself (epochs, grants, places in a
text) and never return what a record holds.
"""

from letapis.desk.reading.claims import (
    ClaimLife,
    ClaimView,
    Contradiction,
    PersonPage,
    RulingView,
    claim,
    claim_life,
    claims,
    claims_by_ref,
    claims_of_passage,
    contradictions,
    person_page,
    ruling,
    rulings_of_dossier,
    rulings_on,
    timeline,
)
from letapis.desk.reading.finding import find, resolve_dossier, resolve_entity, resolve_id, resolve_member, resolve_source
from letapis.desk.reading.home import (
    DossierNumbers,
    HistoryLine,
    HomePage,
    News,
    Waiting,
    history,
    home_page,
    mark_visited,
    new_in,
    news,
    numbers,
    waiting,
)
from letapis.desk.reading.notes import (
    CustodyView,
    EvidenceView,
    NoteView,
    PassageView,
    custody,
    evidence,
    evidence_of,
    note,
    notes,
    passage,
    passage_at,
    passages,
    passages_by_ref,
    renditions,
)
from letapis.desk.reading.people import (
    ConsentView,
    DeviceView,
    DossierView,
    EntityView,
    MemberView,
    SourceView,
    consents,
    devices,
    dossier,
    dossier_by_code,
    dossiers,
    entities,
    entity,
    epoch_of,
    holders,
    is_granted,
    member_names,
    members,
    scopes_given,
    source,
    sources,
)
from letapis.desk.reading.window import ReaderRequired

__all__ = [name for name in dir() if not name.startswith("_")]
