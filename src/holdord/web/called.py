"""What purposes and kinds of data are called on pages: in the controller's words, or in those of notices.

Words that are there in another language than the page's are marked as what they are.
"""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from holdord.notice.write.words import words_of
from holdord.policy.terms import CATEGORIES
from holdord.policy.told import Said
from holdord.run.company import Company
from holdord.web.say import language


def purpose(company: Company, name: str) -> str:
    """Return a purpose in words."""
    known = company.policy.purposes.get(name)
    return own(company, known.label) if known else name


def category(company: Company, name: str) -> str:
    """Return a category in words: the controller's, else those of notices."""
    label = company.policy.categories[name].label if name in company.policy.categories else name
    if isinstance(label, Said):
        return own(company, label)
    return words_of(language()).label("data", name) if name in CATEGORIES else label


def categories(company: Company) -> list[tuple[str, str]]:
    """Return the kinds of data that can be corrected, id and words, by these."""
    held = {column.category for columns in company.bound.columns.values() for column in columns}
    return sorted(((name, category(company, name)) for name in held), key=lambda pair: pair[1].lower())


def own(company: Company, text: str) -> str:
    """Return words of the controller's: in the page's language where they said them, else marked as what they are."""
    by = text.by if isinstance(text, Said) else {}
    told = by.get(language(), by.get("any"))
    if told is not None or (not by and company.policy.told.language == language()):
        return told or str(text)
    of, words = next(iter(by.items()), (company.policy.told.language, str(text)))
    return format_html('<span lang="{}">{}</span>', of, words)


def listed(texts: Iterable[str]) -> str:
    """Return texts between commas."""
    return format_html_join(", ", "{}", ((one,) for one in texts))


def english(text: object) -> SafeString:
    """Return a sentence of the program's, marked as English where the page is in another language."""
    return format_html('<span lang="en">{}</span>', str(text))
