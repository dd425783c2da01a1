"""PDF files: printed lines become paragraphs again, and a parser that fails takes nothing with it."""

import sys
import time
from pathlib import Path

import pytest
from tests.unit.notice.tiny_files import Text, pdf

from holdord.errors import NoticeError
from holdord.notice.formats import apart as apart_module
from holdord.notice.formats.apart import apart
from holdord.notice.formats.flow import Line, flowed
from holdord.notice.formats.pdf import MOST_PAGES


def page(*lines: str, top: float = 780, size: float = 11) -> list[Text]:
    return [(72, top - 14 * number, size, words) for number, words in enumerate(lines)]


def test_wrapped_lines_are_joined_and_hyphens_undone() -> None:
    lines = page(
        "We collect what we need to deliver your goods, and we keep it for as long as the law asks us",
        "to. Your name and address go to the carrier, who must delete them once the parcel has arrived. The",
        "Carrier is Nordlys. We keep your infor-",
        "mation safe, use access-",
        "and entry control, and an IP-",
        "adresse. We go by the post-",
        "Office.",
    )
    (paragraph,) = apart("pdf", pdf([lines])).splitlines()
    assert "asks us to. Your" in paragraph
    assert paragraph.endswith(
        "The Carrier is Nordlys. We keep your information safe, use access- and entry control,"
        " and an IP-adresse. We go by the post-Office."
    )


def test_larger_letters_are_headings_gaps_part_paragraphs_and_bullets_are_items() -> None:
    lines = [*page("Our word", size=20), *page("We keep:", "\u2022 names", "\u2022 mail", top=740)]
    lines += [(72, 690, 18, "What"), (72, 666, 18, "more"), *page("Phone: 12 34", "Mail: a@b.example", top=640)]
    assert apart("pdf", pdf([[*lines, *page("The end.", top=590)]])) == (
        "# Our word\n\nWe keep:\n• names\n• mail\n\n## What more\n\nPhone: 12 34\nMail: a@b.example\n\nThe end.\n"
    )


def test_running_heads_and_page_numbers_go_and_a_sentence_goes_on_over_the_page() -> None:
    pages = [
        [
            *page("Nordlys, page head", top=820),
            *page(f"Part {word} goes on", top=500),
            *page(f"Side {number} av 3", top=30),
        ]
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]
    pages[1].insert(1, (72, 700, 11, "to the next page."))
    assert apart("pdf", pdf(pages)) == "Part one goes on to the next page.\n\nPart two goes on\n\nPart three goes on\n"


def test_a_bullet_on_a_line_of_its_own_belongs_to_the_next_line() -> None:
    lines = [
        Line(page=0, text=text, y=700 - 14 * row, left=72, right=200, size=11)
        for row, text in [(0, "We keep:"), (1, "\uf0b7"), (1, "names"), (2, "\uf0b7 mail"), (3, "-"), (3, "phone")]
    ]
    assert flowed(lines) == "We keep:\n• names\n• mail\n• phone\n"


def test_a_full_line_goes_on_over_the_page_unless_its_sentence_ends_there() -> None:
    texts = ["We ask", "Nordlys.", "Nordlys answers."]
    lines = [Line(page=page, text=text, y=700, left=72, right=520, size=11) for page, text in enumerate(texts)]
    assert flowed(lines) == "We ask Nordlys.\n\nNordlys answers.\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf([page("We keep names.")])[:300], "damaged or locked"),
        (b"%PDF-1.4\n" + b"1 0 obj << /Kids [1 0 R] /Type /Pages >> endobj " * 1_000, "damaged or locked"),
        (pdf([[]]), "holds no text"),
        (pdf([[] for _ in range(MOST_PAGES + 1)]), "501 pages; at most 500"),
    ],
    ids=["truncated", "ring", "scanned", "pages"],
)
def test_what_is_damaged_or_too_much_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NoticeError, match=said):
        apart("pdf", data)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from holdord.notice.formats.pdf import pdf_text

    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(NoticeError, match=r"install holdord\[reader\]"):
        pdf_text(pdf([page("We keep names.")]))


READ = """print('{"text": "read"}')"""
LIMITED = apart_module._START.rpartition("import")[0] + "import _limit; import os, resource; _limit(); "


@pytest.mark.parametrize(
    "harm",
    [
        f"b'x' * {apart_module.MOST_MEMORY}; {READ}",
        f"os.write(os.open('file', os.O_WRONLY | os.O_CREAT), b'x'); {READ}",
        f"{READ}; sys.stdout.flush(); os.abort()",
        f"{READ}; sys.exit(3)",
        "print('{}')",
        "print('[1]')",
        """print('{"text": 1}')""",
    ],
    ids=["memory", "writes", "crash", "status", "nothing", "list", "number"],
)
def test_a_parser_that_goes_wrong_ends_alone(harm: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(apart_module, "_START", LIMITED + READ)
    assert apart("pdf", b"") == "read"
    monkeypatch.setattr(apart_module, "_START", LIMITED + harm)
    with pytest.raises(NoticeError, match="could not be read within"):
        apart("pdf", b"")


def test_a_parser_has_twenty_seconds_and_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDORD_SECRET", "x")
    said = "print('{\"text\": \"%s %s\"}' % (resource.getrlimit(resource.RLIMIT_CPU), 'HOLDORD_SECRET' in os.environ))"
    monkeypatch.setattr(apart_module, "_START", LIMITED + said)
    assert apart("pdf", b"") == "(20, 20) False"


def test_a_parser_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart_module, "_START", "while True: pass")
    begun = time.monotonic()
    with pytest.raises(NoticeError, match="could not be read within"):
        apart("pdf", b"%PDF-", seconds=1)
    assert time.monotonic() - begun < 5
