"""What a drafted policy's folder holds: its ``policy.yaml``, and the notices that it quotes.

A notice that lies in the folder already, and in which every quote can be found, is named and left alone. Any other is
written beside the policy as Markdown: word for word as it is where its own headings serve, else with headings marked.
Nothing that is there is written over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdord.document import MAX_BYTES
from holdord.errors import InputError
from holdord.notice.draft.places import Places
from holdord.notice.draft.reading import Drafted
from holdord.notice.draft.yaml import yaml
from holdord.notice.model import Reading
from holdord.policy.terms import Language

_MOST = "shorten the notice, or give one that is no more than a notice."


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A notice as it was given.

    Attributes:
        inside: Its name relative to the policy's folder, or empty where it lies elsewhere or is no UTF-8 text.
    """

    reading: Reading
    inside: str = ""


def names_of(given: Sequence[Given], places: Mapping[Language, Places], taken: Mapping[str, bytes]) -> list[str]:
    """Return the name of each notice in the folder.

    Args:
        given: The notices that the policy quotes.
        places: Language → the notice as its quotes are checked.
        taken: Name → content of the files that are there already under a name that a notice may be written under.

    Raises:
        InputError: Where every name is taken by something else.
    """
    return [_name(one, places[one.reading.language], taken) for one in given]


def possible(language: Language) -> tuple[str, ...]:
    """Return the names that a notice may be written under."""
    return f"notice.{language}.md", f"notice.{language}.marked.md"


def _name(given: Given, places: Places, taken: Mapping[str, bytes]) -> str:
    if given.inside and places.as_it_is:
        return given.inside
    content = places.markdown.encode()
    names = possible(given.reading.language)
    name = next((name for name in names if taken.get(name, content) == content), "")
    if not name:
        raise InputError(f"{' and '.join(names)} are there already, with other words. Move them away, and try again.")
    return name


def written(drafted: Drafted) -> str:
    """Return the text of policy.yaml.

    Raises:
        InputError: Where it, or a notice beside it, is larger than what is read back.
    """
    text = yaml(drafted.draft)
    for content in (text, *(places.markdown for places in drafted.places.values())):
        if len(content.encode()) > MAX_BYTES:
            raise InputError(f"The draft would be larger than {MAX_BYTES} bytes, which is not read back: {_MOST}")
    return text
