"""Tables of a workspace: the records as they were sealed, and projections that can be rebuilt from them at any time.

``Record`` and the log are the truth; every other table is a projection that only ``desk.ledger`` writes. Ids and
references are raw bytes: 16 random bytes for things, 32-byte commitments for records.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Substr


class Record(models.Model):
    """A sealed record. ``blob`` opens with a data key; ``wrap`` is that key under the compartment's key of ``epoch``."""

    OK, NEWER, QUARANTINED = 0, 1, 2

    id = models.BigAutoField(primary_key=True)
    ref = models.BinaryField(max_length=32, unique=True)
    rid = models.BinaryField(max_length=16, db_index=True)
    type = models.CharField(max_length=20)
    compartment = models.BinaryField(max_length=16)
    epoch = models.PositiveIntegerField(default=1)
    device = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    recorded = models.CharField(max_length=20)
    state = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, default="")
    blob = models.BinaryField()
    wrap = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["device", "seq"]),
            models.Index(fields=["type", "id"]),
            models.Index(fields=["compartment", "id"]),  # the history of a dossier, and what goes to whom
        ]


class LogLeaf(models.Model):
    """Leaf hash of a log. The id is the log's number times 2**44 plus the leaf's index, so that the key is the place and no
    second index is needed: neighbours in the log are neighbours on the disk."""

    SHIFT = 44

    id = models.BigAutoField(primary_key=True)
    hash = models.BinaryField(max_length=32)


class LogNode(models.Model):
    """Root of a complete subtree of 256^level leaves (level 1, 2, …), as in tlog-tiles; lower nodes are recomputed from at most 256 hashes."""

    id = models.BigAutoField(primary_key=True)
    log = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "level", "index"], name="node_once")]


class LogState(models.Model):
    """One log: origin, size, peaks of the frontier (32 bytes each, largest first), last record of the device's chain."""

    id = models.AutoField(primary_key=True)
    origin = models.CharField(max_length=128, unique=True)
    device = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")
    head = models.BinaryField(default=b"")
    seen = models.BinaryField(default=b"")


class Checkpoint(models.Model):
    """A signed note of a log at a size, as received or signed; ``fault`` is empty when it fits what we know."""

    id = models.BigAutoField(primary_key=True)
    log = models.PositiveIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    received = models.CharField(max_length=20)
    fault = models.CharField(max_length=60, default="")


class Member(models.Model):
    member = models.BinaryField(max_length=16, primary_key=True)
    name = models.CharField(max_length=200)
    keeper = models.BooleanField()
    custodian = models.BooleanField()
    state = models.CharField(max_length=12)  # proposed, active, removed
    ref = models.BinaryField(max_length=32)


class Device(models.Model):
    device = models.CharField(max_length=64, primary_key=True)
    member = models.BinaryField(max_length=16)
    label = models.CharField(max_length=100)
    public = models.BinaryField()
    log = models.CharField(max_length=128)
    state = models.CharField(max_length=12)
    removed_from = models.BigIntegerField(null=True)
    compromised_since = models.BigIntegerField(null=True)
    ref = models.BinaryField(max_length=32)


class Compartment(models.Model):
    """A need-to-know set that this device has heard of; it holds the keys of those in CompartmentKey."""

    compartment = models.BinaryField(max_length=16, primary_key=True)
    klass = models.CharField(max_length=10)
    dossier = models.BinaryField(max_length=16, default=b"")
    epoch = models.PositiveIntegerField(default=1)


class CompartmentKey(models.Model):
    """The compartment's key of an epoch, wrapped to this device; only the key agent can open it."""

    id = models.AutoField(primary_key=True)
    compartment = models.BinaryField(max_length=16)
    epoch = models.PositiveIntegerField()
    wrap = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["compartment", "epoch"], name="compartment_epoch_once")]


class Grant(models.Model):
    id = models.AutoField(primary_key=True)
    compartment = models.BinaryField(max_length=16, db_index=True)
    member = models.BinaryField(max_length=16)
    epoch = models.PositiveIntegerField()


class Dossier(models.Model):
    dossier = models.BinaryField(max_length=16, primary_key=True)
    code = models.CharField(max_length=40, db_index=True)
    title = models.TextField()
    subject_kind = models.CharField(max_length=12)
    work = models.BinaryField(max_length=16, db_index=True)
    raw = models.BinaryField(max_length=16)
    pub = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    ref = models.BinaryField(max_length=32)
    record_id = models.BigIntegerField()


class Entity(models.Model):
    entity = models.BinaryField(max_length=16, primary_key=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    kind = models.CharField(max_length=12)
    label = models.TextField()
    ref = models.BinaryField(max_length=32)
    recorded = models.CharField(max_length=20)
    seq = models.BigIntegerField()


class Source(models.Model):
    source = models.BinaryField(max_length=16, primary_key=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    grade = models.CharField(max_length=1)
    circle = models.CharField(max_length=20, default="")
    upstream = models.BinaryField(default=b"")  # 16-byte ids, one after the other
    recorded = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    ref = models.BinaryField(max_length=32)


class Note(models.Model):
    note = models.BinaryField(max_length=16, primary_key=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    title = models.TextField()
    text = models.TextField()
    language = models.CharField(max_length=8)
    source = models.BinaryField(max_length=16, default=b"")
    basis = models.CharField(max_length=16, default="")
    subject = models.BinaryField(max_length=16, default=b"")
    evidence = models.BinaryField(max_length=16, default=b"")
    author = models.BinaryField(max_length=16)
    compartment = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    ref = models.BinaryField(max_length=32)
    record_id = models.BigIntegerField()


class Passage(models.Model):
    """The words as said that claims stand on (type ``as_said``), in the RAW compartment."""

    ref = models.BinaryField(max_length=32, primary_key=True)
    rid = models.BinaryField(max_length=16, db_index=True)
    dossier = models.BinaryField(max_length=16)
    note = models.BinaryField(max_length=16, db_index=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    language = models.CharField(max_length=8)
    own_experience = models.BooleanField()
    compartment = models.BinaryField(max_length=16)


class Claim(models.Model):
    """Projection of a claim with its standing as the fold gives it. ``level`` is core.standing.Level.

    A claim is found by its ids through ``Record``, whose row has the same number: every further index of random keys would make
    each append touch one more page of a large file.
    """

    ref = models.BinaryField(max_length=32)
    id = models.BigAutoField(primary_key=True)  # equals the id of its Record
    rid = models.BinaryField(max_length=16)
    dossier = models.BinaryField(max_length=16)
    compartment = models.BinaryField(max_length=16)
    subject = models.BinaryField(max_length=16)
    property = models.CharField(max_length=60)
    value = models.TextField()  # canonical text of the value, see core.vocabulary
    value_type = models.CharField(max_length=8)  # text number bool date list
    partial = models.BooleanField()
    source = models.BinaryField(max_length=16)
    basis = models.CharField(max_length=16)
    passage = models.BinaryField(max_length=32, default=b"")
    evidence = models.BinaryField(max_length=16, default=b"")
    anchor = models.CharField(max_length=80, default="")  # page or time code
    valid_from = models.CharField(max_length=24, default="")
    valid_to = models.CharField(max_length=24, default="")
    certainty = models.CharField(max_length=12, default="")
    low = models.CharField(max_length=10)  # first possible day, 9999-99-99 when unknown: order of the timeline
    circle = models.CharField(max_length=20, default="")
    scopes = models.TextField(default="")
    author = models.BinaryField(max_length=16)
    device = models.CharField(max_length=64)
    recorded = models.CharField(max_length=20)
    replaces = models.BinaryField(max_length=32, default=b"")
    replaced = models.BooleanField(default=False)
    seq = models.BigIntegerField()
    counts = models.BooleanField(default=True)
    lost = models.BooleanField(default=False)  # at or above the removal of its device
    level = models.SmallIntegerField(default=0)
    checks = models.PositiveSmallIntegerField(default=0)
    independent = models.PositiveSmallIntegerField(default=0)
    contested = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["dossier", "subject", "property"]),
            models.Index(fields=["subject", "low"]),
            models.Index(fields=["passage"]),
            models.Index(fields=["level", "checks", "author", "id"]),  # what waits for somebody's check
            models.Index(fields=["author", "id"]),  # what colleagues recorded last
            models.Index(fields=["contested", "id"]),
            models.Index(fields=["source"]),
            # Month and day of a birth date known to the day. Few claims stand in it: every other append leaves it untouched.
            models.Index(Substr("value", 6, 5), name="claim_birthday", condition=models.Q(property="identity.birth_date")),
        ]


class Ruling(models.Model):
    """One target of a decision; a decision about several claims has one row for each."""

    id = models.BigAutoField(primary_key=True)
    ref = models.BinaryField(max_length=32, db_index=True)
    rid = models.BinaryField(max_length=16)  # found through Record, whose row is ``record_id``
    kind = models.CharField(max_length=16)
    target = models.BinaryField(max_length=32, db_index=True)
    dossier = models.BinaryField(max_length=16, default=b"")
    member = models.BinaryField(max_length=16)
    device = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    counts = models.BooleanField(default=True)
    lost = models.BooleanField(default=False)
    reason = models.TextField(default="")
    norm = models.CharField(max_length=40, default="")
    element = models.CharField(max_length=8, default="")
    holds = models.BooleanField(default=True)
    parties = models.BinaryField(default=b"")
    scope = models.CharField(max_length=60, default="")
    until = models.CharField(max_length=24, default="")
    recorded = models.CharField(max_length=20)
    record_id = models.BigIntegerField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["dossier", "kind"]), models.Index(fields=["member", "record_id"])]


class Evidence(models.Model):
    object = models.BinaryField(max_length=16, primary_key=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    compartment = models.BinaryField(max_length=16)
    ref = models.BinaryField(max_length=32)
    title = models.TextField()
    kind = models.CharField(max_length=16)
    name = models.TextField(default="")
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    sha512 = models.BinaryField(max_length=64)
    blob = models.CharField(max_length=64)
    blob_sha256 = models.BinaryField(max_length=32)
    blob_size = models.BigIntegerField()
    source = models.BinaryField(max_length=16, default=b"")
    derived_from = models.BinaryField(max_length=16, default=b"", db_index=True)
    page = models.PositiveIntegerField(default=0)
    step = models.PositiveIntegerField(default=0)
    author = models.BinaryField(max_length=16)
    received = models.CharField(max_length=20)
    record_id = models.BigIntegerField()


class CustodyEntry(models.Model):
    ref = models.BinaryField(max_length=32, primary_key=True)
    object = models.BinaryField(max_length=16, db_index=True)
    step = models.PositiveIntegerField()
    parents = models.BinaryField(default=b"")
    event = models.CharField(max_length=60)
    outcome = models.CharField(max_length=60)
    detail = models.TextField(default="")
    member = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)


class Consent(models.Model):
    ref = models.BinaryField(max_length=32, primary_key=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    party = models.BinaryField(max_length=16)
    scope = models.CharField(max_length=60)
    answer = models.CharField(max_length=12)  # given, refused, ask, withdrawn
    recipient = models.CharField(max_length=100, default="")
    expires = models.CharField(max_length=24, default="")
    surrogate = models.BooleanField(default=False)
    reason = models.TextField(default="")
    how = models.CharField(max_length=20, default="")
    taken = models.CharField(max_length=24, default="")
    author = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)
    seq = models.BigIntegerField()


class Identity(models.Model):
    """The sealed identity of a source: every source has one, so that its presence says nothing."""

    id = models.BigAutoField(primary_key=True)
    source = models.BinaryField(max_length=16, db_index=True)
    version = models.PositiveIntegerField()
    ref = models.BinaryField(max_length=32)
    threshold = models.PositiveSmallIntegerField()
    author = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)


class IdentityRequest(models.Model):
    ref = models.BinaryField(max_length=32, primary_key=True)
    rid = models.BinaryField(max_length=16, db_index=True)
    source = models.BinaryField(max_length=16)
    version = models.PositiveIntegerField()
    purpose = models.TextField()
    requester = models.BinaryField(max_length=16)
    device = models.CharField(max_length=64)
    recorded = models.CharField(max_length=20)


class IdentityShare(models.Model):
    ref = models.BinaryField(max_length=32, primary_key=True)
    request = models.BinaryField(max_length=32, db_index=True)
    custodian = models.BinaryField(max_length=16)
    subset = models.PositiveIntegerField()
    recorded = models.CharField(max_length=20)


class Brief(models.Model):
    brief = models.BinaryField(max_length=16)
    ref = models.BinaryField(max_length=32, primary_key=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    mechanism = models.CharField(max_length=40)
    language = models.CharField(max_length=4)
    document = models.TextField()
    author = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)
    record_id = models.BigIntegerField()


class Submission(models.Model):
    ref = models.BinaryField(max_length=32, primary_key=True)
    rid = models.BinaryField(max_length=16, db_index=True)
    dossier = models.BinaryField(max_length=16, db_index=True)
    brief = models.BinaryField(max_length=32)
    mechanism = models.CharField(max_length=40)
    sent = models.BinaryField(default=b"")  # the evidence that went out: 16-byte ids, one after the other
    override = models.TextField(default="")
    silent = models.PositiveIntegerField(default=0)
    member = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)


class Item(models.Model):
    """A working item as the version shown has it: task, hearing, contact, line of a sheet … What it says is read from the record.

    A number is one item in each place (type, dossier, compartment): who gives theirs the number of another takes nothing from it."""

    id = models.BigAutoField(primary_key=True)
    item = models.BinaryField(max_length=16)
    type = models.CharField(max_length=20)
    dossier = models.BinaryField(max_length=16, default=b"")
    compartment = models.BinaryField(max_length=16)
    parent = models.BinaryField(max_length=16, default=b"")  # the sheet of a line, the incident of a step
    about = models.BinaryField(max_length=16, default=b"")  # subject, source or party
    owner = models.BinaryField(max_length=16, default=b"")
    state = models.CharField(max_length=20)
    day = models.CharField(max_length=10)  # first possible day, 9999-99-99 when unknown
    number = models.PositiveIntegerField(default=0)
    author = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)
    ref = models.BinaryField(max_length=32)
    heads = models.BinaryField()  # references of the versions that stand side by side, the one shown first
    record_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["type", "state", "day"]),
            models.Index(fields=["dossier", "type", "day"]),
            models.Index(fields=["parent", "number"]),
            models.Index(fields=["about", "type"]),
            models.Index(fields=["owner", "type", "state", "day"]),  # what somebody has to do
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "type", "dossier", "compartment"], name="item_once_in_each_place")]


class ItemVersion(models.Model):
    """Every version of a working item: two that do not know of each other are shown side by side, and none is lost."""

    id = models.BigAutoField(primary_key=True)  # equals the id of its Record
    item = models.BinaryField(max_length=16, db_index=True)
    type = models.CharField(max_length=20)
    dossier = models.BinaryField(max_length=16, default=b"")
    compartment = models.BinaryField(max_length=16)
    ref = models.BinaryField(max_length=32)
    after = models.BinaryField(default=b"")  # references of the versions that its writer had seen, one after the other
    author = models.BinaryField(max_length=16)
    recorded = models.CharField(max_length=20)


class KeptText(models.Model):
    """What was typed into a form and not sent yet, so that neither a lock nor a crash loses it. No record, and never exchanged."""

    form = models.CharField(max_length=120, primary_key=True)
    fields = models.TextField()  # JSON object of texts
    at = models.CharField(max_length=20)


class Visit(models.Model):
    """Up to which record this member has looked at a dossier: what came later is new for them. Never leaves the device."""

    dossier = models.BinaryField(max_length=16, primary_key=True)
    record_id = models.BigIntegerField()
    at = models.CharField(max_length=20)


class Setting(models.Model):
    """Small facts of this workspace that are no record: relay address, sync marks, language."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.TextField()


class RelayName(models.Model):
    """A name on the relay that was taken in or written, so that it is read once; ``fault`` says why it was not taken."""

    name = models.CharField(max_length=160, primary_key=True)
    fault = models.CharField(max_length=60, default="")


class SearchDocument(models.Model):
    """What can be found: the text lives in the full-text index beside it, under the same id."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)  # note, claim, dossier, person, source, evidence
    ident = models.BinaryField(max_length=16)  # asked for at erasure only, which may look at every row
    dossier = models.BinaryField(max_length=16, db_index=True)
    compartment = models.BinaryField(max_length=16)


class SentWrap(models.Model):
    """A compartment key that was handed to a device through the relay, so that it is sent once."""

    id = models.AutoField(primary_key=True)
    compartment = models.BinaryField(max_length=16)
    epoch = models.PositiveIntegerField()
    device = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["compartment", "epoch", "device"], name="wrap_sent_once")]


class Shredded(models.Model):
    """A commitment that an order in force takes away, with the order (its reference) and, where this device ever had the record, where it
    stood. It is what is left: nothing of the record can be computed from it."""

    ref = models.BinaryField(max_length=32, primary_key=True)
    part = models.BinaryField(max_length=32)
    rid = models.BinaryField(max_length=16, default=b"")
    compartment = models.BinaryField(max_length=16, default=b"")
    device = models.CharField(max_length=64, default="")
    seq = models.BigIntegerField(default=-1)


class Beginning(models.Model):
    """The reference of a decision that says which beginning of a number counts. It is looked up before the tables are filled, and stays then."""

    ref = models.BinaryField(max_length=32, primary_key=True)


class Late(models.Model):
    """A compartment whose beginnings came after those of all others when the tables were filled."""

    compartment = models.BinaryField(max_length=16, primary_key=True)


class Withheld(models.Model):
    """An id, or a reference of a record, that a restriction of a dossier keeps out of the other tables. Filled anew with them."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.BinaryField(max_length=16)
    ident = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ident", "dossier"], name="withheld_once_in_each_dossier")]
