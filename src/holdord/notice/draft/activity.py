"""Whether a sentence about a purpose names an activity, or only says that all is done well and lawfully.

"We take your privacy seriously" and "some of the data are processed to meet a legal duty" say what something is done
for, and name nothing that is done: a purpose must be specified (GDPR art. 5(1)(b)), and these specify none. What names
no activity stands in ``lang/usual.general.toml``; a sentence names one where words of its own are left beside that.
"""

from functools import cache

from holdord.notice.facts.phrases import Phrases, table, words_of
from holdord.policy.terms import Language

_SLOGAN = "slogan"
_BESIDE: dict[Language, tuple[str, ...]] = {"nb": ("nn",), "nn": ("nb",)}
_LEAST = 3  # letters of a word that says anything


def is_slogan(text: str, language: Language) -> bool:
    """Tell whether a text praises the company's care."""
    return any(hit.value == _SLOGAN for hit in _finder(language).find(words_of(text)))


def own_words(text: str, language: Language) -> int:
    """Return how many different words of a text may name an activity; 0 for a slogan."""
    words = words_of(text)
    hits = _finder(language).find(words)
    if any(hit.value == _SLOGAN for hit in hits):
        return 0
    left = {
        word
        for word, start, end in words
        if end - start >= _LEAST and not any(hit.start <= start and end <= hit.end for hit in hits)
    }
    return len(left)


def asks_to_keep(act: str) -> bool:
    """Tell whether an act may ask a company to keep data; of the acts of the table it is known that they do not."""
    return not _acts().find(words_of(act))


@cache
def _finder(language: Language) -> Phrases:
    general = table("usual.general.toml")
    return Phrases([general[name] for name in (language, *_BESIDE.get(language, ()))])


@cache
def _acts() -> Phrases:
    return Phrases([table("usual.general.toml")["any"]])
