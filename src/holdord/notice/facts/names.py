"""Names of companies: by their form (AS, A/S, AB, ApS, Ltd, Inc., GmbH), or after a verb that gives or keeps data.

A name begins with a capital letter; what a sentence merely begins with is none. A name is what stands there: whether
it is a recipient (GDPR art. 13(1)(e), "the recipients or categories of recipients") is for the sentence to say.
"""

import re

from holdord.notice.facts.phrases import table

_FORM = (
    r"(?:ASA|AS|A/S|ANS|DA|SA|BA|AB|HB|KB|ApS|IVS|P/S|K/S|I/S|AMBA|A\.M\.B\.A\.?|Ltd\.?|Limited|LLC|L\.L\.C\."
    r"|Inc\.?|Corp\.?|Corporation|PLC|plc|LLP|GmbH|AG|B\.?V\.?|N\.?V\.?|S\.?A\.?R\.?L\.?|Oy|Oyj|OÜ|UAB"
    r"|S\.?L\.?|S\.?r\.?l\.?|Sp\.?\s?z\s?o\.?\s?o\.?|Pty|NUF|Foundation|Stiftelse)"
)
_PART = r"[A-ZÆØÅÄÖÜÉ0-9][\wæøåäöüé’'.&+-]*"
_COMPANY = re.compile(
    rf"(?<![\w.])(?P<name>{_PART}(?:[ ](?:{_PART}|[a-zæøåäö]+:[\w]+|&|og|och|and|of|i"
    rf"|v/)){{0,6}}?,?[ ]{_FORM})(?![\w-])"
)
_HAS_FORM = re.compile(rf"[ ]{_FORM}(?![\w-])")
_AFTER = re.compile(
    r"\b(?:hos|bruker|nytter|benytter|brukar|anvender|använder|nyttjar|bruger|benyttes|via|leveres av|levert av"
    r"|leveret af|levereras av|provided by|hosted by|hostet hos|hostes hos|use|uses|using|leverandøren|leverantören"
    r"|databehandleren?|vår databehandler|med|with|til|till|to|from|gjennom|gennem|genom|through|tjenesten|tjänsten"
    r"|systemet|plattformen|platform|providers?|such as|slik som|for eksempel|f\.eks\.?|t\.ex\.|e\.g\.,?|som)\s+"
    rf"(?P<name>{_PART}(?:[ ]{_PART}){{0,3}})"
)
_LIST = re.compile(r"\(([^()]{5,200})\)")
_ITEM = re.compile(rf"{_PART}(?:[ ]{_PART}){{0,2}}")
_AND_SO_ON = re.compile(r"(?:[,\s]+(?:etc|osv|m\.?fl|m\.?m))?[\s.]*$")
_BETWEEN = re.compile(r",\s*|\s+(?:og|och|and|eller|or)\s+")
_COMMON = frozenset(table("names.toml")["company"]["no_name"])


def names(text: str) -> list[tuple[str, int, int]]:
    """Return the names of companies in a text, and where they stand."""
    found: list[tuple[str, int, int]] = []
    found += companies(text)
    for match in _AFTER.finditer(text):
        name = match["name"].rstrip(".,;:'’")
        start = match.start("name")
        if name.split()[0] in _COMMON or any(first <= start < last for _, first, last in found):
            continue
        found.append((name, start, start + len(name)))
    found += [one for one in _listed(text) if not any(first <= one[1] < last for _, first, last in found)]
    return sorted(found, key=lambda one: one[1])


def _listed(text: str) -> list[tuple[str, int, int]]:
    """Return the names that stand beside each other in brackets: "(carriers such as Bring, TNT, Ramberg)"."""
    found = []
    for inside in _LIST.finditer(text):
        start, items = inside.start(1), []
        for between in (*_BETWEEN.finditer(inside[1]), None):
            end = inside.start(1) + (between.start() if between else len(inside[1]))
            name = _AND_SO_ON.sub("", text[start:end])
            if _ITEM.fullmatch(name) and name.split()[0] not in _COMMON:
                items.append((name, start, start + len(name)))
            start = inside.start(1) + between.end() if between else end
        if len(items) > 1:
            found += items
    return found


def companies(text: str) -> list[tuple[str, int, int]]:
    """Return only the names that carry their company's form."""
    if not _HAS_FORM.search(text):
        return []
    return [(match["name"], match.start("name"), match.end("name")) for match in _COMPANY.finditer(text)]
