"""Where a record stands that names a dossier: in which class of its compartments.

Who holds a compartment says what they like in it, and of nothing else: a record that names a dossier counts only where those who hold that
part of the dossier could have written it. What is public of a dossier is held by publishers too, who hold nothing else
of it: what they write there counts for no more than that.
"""

from typing import Final

CORE: Final = ("WORK", "RAW", "PUB")
"""Classes whose one compartment a dossier names itself."""
APART: Final = {"CONTACT": "contact", "SUPPORT": "need"}
"""Classes whose compartments are made when the first thing goes into them, and which say themselves of which dossier they are; each with the one
type of record for which it is there. Anybody can make one that says so, and speaks in it of nothing else."""
PUBLIC: Final = frozenset({"public_card", "public_statement", "public_approval", "public_recall"})
"""Types of what is public of a dossier: they stand in its PUB compartment, and nothing else does."""
INSIDE: Final = frozenset({"WORK", "RAW"})
"""Classes whose holders speak of all of the dossier."""
RECONFIRM: Final = "reconfirm"
"""The decision that stands beside the record that it calls back, in whatever compartment that is."""


def may_stand(kind: str, klass: str, deed: str = "") -> bool:
    """Whether a record of this type that names a dossier may stand in its compartment of this class. ``deed``: the kind of a decision."""
    if kind == "decision" and deed == RECONFIRM:
        return klass in INSIDE or klass in APART or klass == "PUB"
    if kind in PUBLIC:
        return klass == "PUB"
    return klass in INSIDE or APART.get(klass) == kind
