"""Who files: what an organisation says of itself once, for every document that asks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from letapis.core.language import Texts

NAME, ADDRESS, EMAIL, MANDATE, DESCRIPTION = "name", "address", "email", "mandate", "description"
SHOWN: Final = (NAME, ADDRESS, EMAIL, MANDATE, DESCRIPTION)


@dataclass(frozen=True, slots=True)
class Submitter:
    """The submitter in the language of a document; what nobody filed is empty. ``mandate``: on what it acts, for example a statute."""

    name: str = ""
    address: str = ""
    email: str = ""
    mandate: str = ""
    description: str = ""

    def said(self, texts: Texts, language: str, show: Collection[str] = ()) -> tuple[str, ...]:
        """Sentences in the order in which bodies ask; of ``show`` alone, where a form asks these apart."""
        told = (self.name, self._labelled(texts, language, ADDRESS), self._labelled(texts, language, EMAIL), self.mandate, self.description)
        return tuple(_ended(text) for name, text in zip(SHOWN, told, strict=True) if text and (not show or name in show))

    def _labelled(self, texts: Texts, language: str, name: str) -> str:
        text: str = getattr(self, name)
        return texts.say(f"filing.submitter.{name}", language, text=text) if text else ""


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
