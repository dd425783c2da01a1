"""Ways to reach someone, and the number that a company is registered under.

GDPR art. 13(1)(a) asks for "the identity and the contact details of the controller". A telephone number is believed
only after a word such as "tlf." or with a country's code; an organisation number only where its check digits fit, or
where a word says that it is one: then a number that does not fit is told as wrong.

Check digits: Norway, MOD 11 with weights 3 2 7 6 5 4 3 2; Denmark, MOD 11 with weights 2 7 6 5 4 3 2 1; Sweden, Luhn.
"""

import re
from collections.abc import Iterator

Contact = tuple[str, str, int, int]
"""What it is, its value, and where it starts and ends in the text."""

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\]|\(a\)|\[@\]|\(@\))\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s|<>()\[\]\"'»”]+|(?<![@\w.-])[a-z0-9][\w-]*(?:\.[\w-]+)*\.(?:no|dk|se|com|org|net|eu"
    r"|io|co\.uk|uk|fi|de|ie)\b(?:/[^\s|<>()\"]*)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"://|[wW]{3}\.|\.(?:no|dk|se|com|org|net|eu|io|uk|fi|de|ie|NO|DK|SE|COM)\b")
_FIGURES = re.compile(r"[0-9]")
_PHONE_WORD = re.compile(
    r"(?:\b(?:tlf|tel|telefon\w*|telephone|phone|mobil\w*|mob|ring\w*|call|växel\w*|sentralbord\w*|tfn|tfon|t|m"
    r"|ph)\b\.?(?:\s*(?:nr|nummer|no|number|number|oss|us|os|på|on|at|till|til))*\.?\s*[:.]?\s*)"
    r"(?P<number>(?:\+\d{1,3}\s?)?\(?\d[\d\s()/-]{4,16}\d)",
    re.IGNORECASE,
)
_PHONE_CODE = re.compile(r"(?<![\w+])(?:\+|00)\s?(?:47|45|46|358|44|49|353|48|1)\b[\s)(-]*\d(?:[\s()-]*\d){6,11}(?!\d)")
_AREA = re.compile(r"(?<![\w-])0\d{1,3}\s?[-–]\s?\d{2,3}(?:\s?\d{2,3}){1,3}(?!\d)")  # Swedish: 08-123 45 67
_NUMBERED = re.compile(
    r"(?<![\w.’'-])(?P<word>[^\W\d_][\w.’'-]{0,60}?)\s(?:nr\.?\s?)?(?P<no>\d{1,4}(?:\s?[A-Za-z](?![\w]))?)(?![\d.:%-])(?:,\s*(?:\d+\.?\s*)?(?:sal|etg|tv|th|mf|vån)\w*\.?)?"
)
_STREET_END = re.compile(
    r".*(?:vei|veien|veg|vegen|vej|vejen|väg|vägen|gate|gaten|gata|gatan|gade|gaden|allé|alléen|alle|allén|plass"
    r"|plassen|plads|pladsen|plan|torv|torvet|torg|torget|gränd|gränden"
    r"|stræde|brygge|bryggen|kaj|kajen|kai|kaien|bakken|parken|gården|tunet|svingen|stien|haugen|holmen|backen"
    r"|stigen|ringen|boulevard|street|road|avenue|lane|square|drive)"
    r"|gt\.?|st\.?|rd\.?|ave\.?|court|way|diagonal|postboks|postbox|box|pb\.?|boks|postbus",
    re.IGNORECASE,
)
_ENGLISH_STREET = re.compile(
    r"\b\d{1,4}\s(?:[A-Z][\w']+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Square|Boulevard|Drive|Court|Way)\b"
)
_NAME_BEFORE = re.compile(r"(?:[A-ZÆØÅÄÖÉ][\w.’'-]*\s){1,4}$")
_POST_CODE = re.compile(
    r"(?:\b(?:N|NO|DK|S|SE)-\s?)?(?<![\d:.-])(?:\d{4}|\d{3}\s\d{2}"
    r"|\d{5})\s+[A-ZÆØÅÄÖ][a-zæøåäöA-ZÆØÅÄÖ]{2,}(?:\s[A-ZØÅ]{1,2}\b)?|\b[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b"
)
_DATE_BEFORE = re.compile(
    r"(?:\d\.?\s*|\b)(?:i|in|jan|feb|mar|apr|ma[ijy]|jun|jul|aug|se[pt]|o[kc]t|nov|de[cs]|sedan|siden|since"
    r"|fra)\w*\.?\s+$",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(
    r"\b(?:org(?:anisa[st]ions?)?\.?\s*-?\s*(?:nr|nummer|no|number)\w*|orgnr|org\s?nr|org\.|foretaks(?:nummer|nr)"
    r"|føretaksnummer|virksomhedsnummer|cvr(?:\s*-?\s*(?:nr|nummer|no))?|se-nr"
    r"|company\s+(?:registration\s+)?(?:number|no)|registration\s+(?:number|no)|reg\.?\s*(?:nr|no)"
    r"|registreringsnummer|vat(?:\s*(?:no|number|nr))?|momsnr|moms(?:nummer)?)\b\.?\s*(?:er|är"
    r"|is)?\s*[:#)]*\s*(?:\(\w+\)\s*)?(?P<number>(?:[A-Z]{1,2}\s?)?\d[\d\s.-]{5,14}\d)",
    re.IGNORECASE,
)
_SWEDISH = re.compile(r"(?<![\d-])\d{6}-\d{4}(?![\d-])")
_NORWEGIAN = re.compile(r"\bNO\s?(\d{3}\s?\d{3}\s?\d{3})\s?(?:MVA)?\b")


def contacts(text: str) -> Iterator[Contact]:
    """Give the addresses and numbers that a text holds; e-mail addresses and web addresses in lower case."""
    taken: list[tuple[int, int]] = []
    if "@" in text or "(a" in text or "[a" in text:
        for match in _EMAIL.finditer(text):
            taken.append(match.span())
            value = re.sub(r"\s?(?:\(at\)|\[at\]|\(a\)|\[@\]|\(@\))\s?", "@", match[0], flags=re.IGNORECASE).lower()
            yield "email", value.replace(" ", ""), match.start(), match.end()
    if -1 < text.find(".") < len(text) - 1 and _HOST.search(text):
        for match in _WEB.finditer(text):
            if not _within(taken, match.start()):
                value = match[0].rstrip(".,;:")
                taken.append(match.span())
                yield "web", value.lower(), match.start(), match.start() + len(value)
    if not _FIGURES.search(text):
        return
    for what, value, start, end in _register_numbers(text):
        taken.append((start, end))
        yield what, value, start, end
    for number, start, end in _phones(text):
        if not _within(taken, start):
            taken.append((start, end))
            yield "phone", number, start, end
    for start, end in _addresses(text):
        if not _within(taken, start):
            yield "address", text[start:end], start, end


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Give streets with their numbers, post boxes and post codes with their towns."""
    for match in _NUMBERED.finditer(text):
        if _STREET_END.fullmatch(match["word"]):
            name = _NAME_BEFORE.search(text, max(0, match.start() - 60), match.start())
            yield (name.start() if name else match.start()), match.end()
    for pattern in (_ENGLISH_STREET, _POST_CODE):
        for match in pattern.finditer(text):
            if not _DATE_BEFORE.search(text, max(0, match.start() - 14), match.start()):
                yield match.start(), match.end()


def _within(taken: list[tuple[int, int]], start: int) -> bool:
    return any(first <= start < last for first, last in taken)


def _phones(text: str) -> Iterator[tuple[str, int, int]]:
    for pattern in (_PHONE_WORD, _PHONE_CODE, _AREA):
        for match in pattern.finditer(text):
            group = "number" if pattern is _PHONE_WORD else 0
            number = match[group].strip()
            digits = re.sub(r"\D", "", number)
            if 5 <= len(digits) <= 14:
                start = match.start(group)
                yield ("+" if number.startswith("+") else "") + digits, start, start + len(number)


def _register_numbers(text: str) -> Iterator[Contact]:
    places: set[int] = set()
    for match in _NUMBER_WORD.finditer(text):
        number = match["number"].strip()
        value = re.sub(r"[\s.]", "", number)
        digits = re.sub(r"\D", "", number)
        if len(digits) < 7:
            continue
        places.add(match.start("number"))
        wrong = digits == value.replace("-", "") and not register_number_fits(digits)
        yield (
            ("register_number_wrong" if wrong else "register_number"),
            value,
            match.start("number"),
            match.start("number") + len(number),
        )
    for pattern in (_SWEDISH, _NORWEGIAN):
        for match in pattern.finditer(text):
            group = 1 if pattern is _NORWEGIAN else 0
            digits = re.sub(r"\D", "", match[group])
            if match.start(group) not in places and register_number_fits(digits):
                yield "register_number", re.sub(r"\s", "", match[group]), match.start(group), match.end(group)


def register_number_fits(digits: str) -> bool:
    """Tell whether the check digits of a Norwegian, Danish or Swedish number fit; other lengths are not judged."""
    numbers = [int(digit) for digit in digits]
    if len(numbers) == 9:
        rest = 11 - sum(map(_times, numbers, (3, 2, 7, 6, 5, 4, 3, 2))) % 11
        return (0 if rest == 11 else rest) == numbers[8]
    if len(numbers) == 8:
        return sum(map(_times, numbers, (2, 7, 6, 5, 4, 3, 2, 1))) % 11 == 0
    if len(numbers) == 12:
        numbers = numbers[2:]
    if len(numbers) == 10:
        doubled = [number * (2 - place % 2) for place, number in enumerate(numbers)]
        return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
    return True


def _times(one: int, other: int) -> int:
    return one * other
