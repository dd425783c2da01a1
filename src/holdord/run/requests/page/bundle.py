"""All files of an answer in one: the page to read, the JSON form, and a table for spreadsheets (GDPR art. 15(3)).

The table is CSV by RFC 4180, in UTF-8 with a byte order mark, by which spreadsheets know it. A cell that a spreadsheet
would take for a formula begins with an apostrophe instead: a message to customer service must not do anything on the
computer of whoever opens it. The JSON form has every value as it is.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from holdord.policy.terms import Language
from holdord.run.requests.page.blocks import plain
from holdord.run.requests.page.html import page
from holdord.run.requests.page.letters import kind_of
from holdord.run.requests.page.says import Says, says_in

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet would compute."""
_HEAD = ("class", "table", "record", "name", "category", "label", "value", "withheld", "purposes", "goes", "legal_hold")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""What zip files have instead of no date: the same answer makes the same bytes."""


def bundle(document: Mapping[str, Any], language: Language) -> bytes:
    """Write an answer's files into one zip file: ``access.html``, ``access.json`` and, of data, ``access.csv``.

    What is taken along lies beside them by itself: ``portable.json``.

    Args:
        document: As for ``page``.
        language: One of ``terms.LANGUAGES``.

    Raises:
        ValueError: There is no letter for the document.
    """
    name = kind_of(document)
    out = io.BytesIO()
    with ZipFile(out, "w") as file:
        _add(file, f"{name}.html", page(document, language))
        _add(file, f"{name}.json", json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        if "items" in document or "stays" in document:
            _add(file, f"{name}.csv", table(document, language))
        if "portable" in document:  # by docs/portable.schema.json, for whatever program takes it
            _add(file, "portable.json", json.dumps(document["portable"], ensure_ascii=False, indent=2) + "\n")
    return out.getvalue()


def table(document: Mapping[str, Any], language: Language) -> str:
    """Write the data of an answer as CSV, a line for each piece, with the byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for row in _rows(document, says_in(language)):
        writer.writerow([_cell(value) for value in row])
    return "\ufeff" + out.getvalue()


def _rows(document: Mapping[str, Any], says: Says) -> Iterator[tuple[Any, ...]]:
    """Yield a line for each piece of data, and one for a record that has none."""
    items = [*document.get("items", ()), *document.get("stays", ()), *document.get("left", ())]
    nothing = {"name": "", "category": "", "value": None, "withheld": False}
    for item in items:
        where = (item["class"], item["table"], item["record"])
        why = " ".join(one["id"] for one in item["purposes"])
        for one in item["data"] or [nothing]:
            label = plain(says.category(one["category"], document["categories"])) if one["category"] else ""
            what = (one["name"], one["category"], label, one["value"], one["withheld"])
            yield (*where, *what, why, item["goes"], item["legal_hold"])


def _cell(value: Any) -> Any:
    """Return a value as a spreadsheet shall take it; numbers and truths stay what they are."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _add(file: ZipFile, name: str, text: str) -> None:
    told = ZipInfo(name, _EPOCH)
    told.compress_type = ZIP_DEFLATED
    file.writestr(told, text.encode("utf-8"))
