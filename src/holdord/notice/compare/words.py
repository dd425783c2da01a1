"""Differences in words: what each version says, by the language that it is in."""

from collections.abc import Sequence

from holdord.notice.compare.items import Item
from holdord.policy.terms import Language

_VERSIONS: dict[Language, str] = {
    "nb": "Norwegian", "nn": "Norwegian (nynorsk)", "da": "Danish", "sv": "Swedish", "en": "English",
}  # fmt: skip
_SAYS = {
    "act": "names",
    "authority": "names",
    "article": "cites article",
    "instrument": "takes the article from",
    "duration": "says",
    "interval": "says every",
    "number": "has the number",
    "date": "has the date",
    "email": "gives the address",
    "web": "refers to",
    "phone": "gives the telephone number",
    "register_number": "gives the register number",
    "right": "has the right of",
    "basis": "rests on",
    "name": "names",
    "party": "names as recipient",
    "body": "names",
    "category": "lists",
    "group": "speaks of",
    "purpose": "gives the purpose",
    "whose": "means what comes or is",
    "role": "speaks of the",
    "place": "names",
}


def versions(a: Language, b: Language) -> tuple[str, str]:
    """Return what to call the two versions."""
    if a == b:
        return "first version", "second version"
    return f"{_VERSIONS[a]} version", f"{_VERSIONS[b]} version"


def named(items: Sequence[Item], texts: Sequence[str]) -> str:
    """Return what some items say, in English where there is a word for it, else as written."""
    said = []
    for item, text in zip(items, texts, strict=True):
        if item.of in ("name", "phone", "register_number", "number") or (item.of == "act" and len(item.means) > 1):
            said.append(text)
        elif item.of == "act" and any(value.startswith("?") for value in item.means):
            said.append(f"“{text}”")
        elif item.of in ("duration", "interval"):
            said.append(next(iter(item.means)).split("|")[0])
        else:
            said.append(" or ".join(sorted(item.means)))
    return " and ".join(dict.fromkeys(said))


def differs(of: str, versions: tuple[str, str], a: str, b: str) -> str:
    """Say that one version has one thing where the other has another, or has nothing; "" is nothing."""
    says = _SAYS.get(of, "says")
    if a and b:
        return f"The {versions[0]} {says} {_the(of, a)}, the {versions[1]} {_the(of, b)}."
    has, lacks = versions if a else versions[::-1]
    return f"The {has} {says} {_the(of, a or b)}; the {lacks} does not."


def _the(of: str, said: str) -> str:
    return f"the {said}" if of == "act" and said.endswith(("Act", "Code")) else said
