"""Word documents: their structure becomes Markdown, and what is made to harm is refused."""

import io
import struct
import zipfile

import pytest
from tests.unit.notice.tiny_files import WORD, docx, paragraph

from holdord.errors import NoticeError
from holdord.notice.formats.apart import apart
from holdord.notice.formats.docx import docx_text

STYLES = (
    f"<w:styles {WORD}>"
    '<w:style w:styleId="Overskrift2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="Overskrift2"/></w:style>'
    '<w:style w:styleId="Tittel"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="Punkt"><w:name w:val="List Bullet"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Ring"><w:name w:val="a"/><w:basedOn w:val="Ring"/></w:style>'
    "</w:styles>"
)
NUMBERING = (
    f"<w:numbering {WORD}>"
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    "</w:numbering>"
)


def styled(words: str, style: str) -> str:
    return paragraph(words, f'<w:pStyle w:val="{style}"/>')


def numbered(words: str, level: int) -> str:
    return paragraph(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="2"/></w:numPr>')


def text_of(body: str) -> str:
    return docx_text(docx(body, styles=STYLES, numbering=NUMBERING))


def test_headings_are_known_by_their_style_in_any_language() -> None:
    body = styled("Personvern", "Tittel") + styled("Navn", "Mine") + styled("Vi lagrer navn.", "Ring")
    assert text_of(body) == "# Personvern\n\n## Navn\n\nVi lagrer navn.\n"


def test_list_items_have_the_markers_of_their_list() -> None:
    body = styled("navn", "Punkt") + "".join(
        numbered(*item) for item in [("a", 0), ("b", 1), ("c", 1), ("d", 0), ("e", 1)]
    )
    assert text_of(body) == "- navn\n1. a\n    a) b\n    b) c\n2. d\n    a) e\n"


def test_tables_are_rows_and_a_table_of_one_cell_is_a_paragraph() -> None:
    cells = [[f"<w:tc>{paragraph(words)}</w:tc>" for words in row] for row in (["Hva", "Tid"], ["Navn", "3 år"])]
    table = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in cells)
    box = f"<w:tbl><w:tr><w:tc>{paragraph('Alene.')}{paragraph('To.')}</w:tc></w:tr></w:tbl>"
    assert text_of(f"<w:tbl>{table}</w:tbl>{box}") == "| Hva | Tid |\n| Navn | 3 år |\n\nAlene.\n\nTo.\n"


def test_bold_paragraphs_are_marked_and_bold_words_are_not() -> None:
    mixed = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Vi</w:t></w:r><w:r><w:t> lagrer.</w:t></w:r></w:p>"
    off = paragraph("Nei", run='<w:b w:val="0"/>')
    assert text_of(paragraph("Hva", run="<w:b/>") + mixed + off) == "**Hva**\n\nVi lagrer.\n\nNei\n"


def test_links_and_fields_are_read_and_deleted_hidden_and_second_contents_are_not() -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p>"
        "<w:hyperlink><w:r><w:t>Les</w:t></w:r></w:hyperlink><w:ins><w:r><w:t xml:space='preserve"
        "'> mer</w:t></w:r></w:ins><w:del><w:r><w:delText>borte</w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>skjult</w:t></w:r>"
        "<w:r><w:br/><w:t>her</w:t><w:noBreakHyphen/><w:t>nå</w:t></w:r>"
        "</w:p></w:sdtContent></w:sdt>"
        "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        f"<mc:Choice>{paragraph('Én gang.')}</mc:Choice><mc:Fallback>{paragraph('Én gang.')}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert text_of(body) == "Les mer\nher-nå\n\nÉn gang.\n"


def test_a_document_without_styles_is_read() -> None:
    assert apart("docx", docx(styled("Vi lagrer <navn> & mer.", "Ukjent"))) == "Vi lagrer <navn> & mer.\n"


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    with pytest.raises(NoticeError, match="unpacks to more than 100 MB"):
        apart("docx", packed(word__document_xml=b" " * 101_000_000))
    with pytest.raises(NoticeError, match="5,000 entries"):
        apart("docx", packed(**{f"a{number}": b"" for number in range(5_001)}))


def test_a_bomb_that_declares_less_than_it_holds_is_refused() -> None:
    data = bytearray(packed(word__document_xml=b" " * 150_000_000))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 1_000)
    with pytest.raises(NoticeError, match="damaged"):
        apart("docx", bytes(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_are_defined(encoding: str) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    xml = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><w:document {WORD}><w:body>&i;</w:body></w:document>'
    with pytest.raises(NoticeError, match="declares a document type"):
        apart("docx", packed(word__document_xml=xml.encode(encoding)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed(xl__workbook_xml=b"<x/>"), "no Word document"),
        (packed(word__document_xml=b"<w:document"), "damaged"),
        (packed(word__document_xml=b"<a>" * 100_000), "nested deeper than 500"),
        (docx(paragraph("Vi lagrer navn."))[:-40], "damaged"),
        (docx("<w:p><w:r><w:t>" + "a" * 2_000_001 + "</w:t></w:r></w:p>"), "longer than 2,000,000"),
    ],
)
def test_what_is_damaged_or_too_much_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NoticeError, match=said):
        apart("docx", data)
