"""Hurdles before people's rights.

GDPR art. 12(2): the controller "shall facilitate the exercise of data subject rights". Art. 12(5): what is done under
art. 15 to 22 "shall be provided free of charge", a fee being allowed for requests that are "manifestly unfounded or
excessive" and, by art. 15(3), for further copies. Art. 12(6): more may be asked for to confirm an identity only where
there are "reasonable doubts". The signed letter, the fee and the one free extract a year were the old acts' rules.
"""

from collections.abc import Iterator

from holdord.notice.check.looked import Looked
from holdord.notice.model import Finding


def requests(looked: Looked) -> Iterator[Finding]:
    """Yield the hurdles."""
    for number in looked.told():
        if looked.kinds(number) & {"right", "contact", "deadline"} or looked.has(number, "request"):
            yield from _letter(looked, number)
            yield from _identity(looked, number)
            yield from _fee(looked, number)


def _letter(looked: Looked, number: int) -> Iterator[Finding]:
    if looked.has(number, "letter_only") and looked.has(number, "request"):
        hit = looked.first(number, "letter_only")
    elif looked.has(number, "signed") and looked.has(number, "request", "access") and not looked.denied(number):
        hit = looked.first(number, "signed")
    else:
        return
    text = f"Requests must come {looked.quoted(number, hit)}; no form may be demanded, and an e-mail is enough."
    yield looked.finding("request_by_letter", text, number, hit)


def _identity(looked: Looked, number: int) -> Iterator[Finding]:
    if not looked.has(number, "id_copy") or looked.denied(number):
        return
    hit = looked.first(number, "id_copy")
    text = (
        f"{looked.quoted(number, hit)} is asked for: only where there are reasonable doubts may more be asked, "
        "and a copy "
        "of an identity document is seldom proportionate."
    )
    yield looked.finding("request_identity_copy", text, number, hit)


def _fee(looked: Looked, number: int) -> Iterator[Finding]:
    if looked.has(
        number,
        "once_a_year",
    ) and looked.has(number, "access"):
        hit = looked.first(number, "once_a_year")
        text = f"Access is given {looked.quoted(number, hit)}; the law knows no such limit, only “excessive” requests."
        yield looked.finding("access_once_a_year", text, number, hit)
    elif looked.has(number, "fee") and looked.has(number, "access") and not looked.has(number, "free", "extra"):
        hit = looked.first(number, "fee")
        if "right" in looked.kinds(number) and not looked.denied(number):
            text = f"Access costs something ({looked.quoted(number, hit)}); it must be free, further copies apart."
            yield looked.finding("fee_for_access", text, number, hit)
