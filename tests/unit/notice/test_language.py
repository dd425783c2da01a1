"""The language of a notice: the five that are read told apart, every other one refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdord.errors import NoticeError
from holdord.notice.parts.language import language_of
from holdord.policy.terms import LANGUAGES, Language

NOTICES: dict[Language, str] = {
    "nb": "Bakeriet er ansvarlig for opplysningene dine. Vi lagrer navn og adresse så lenge du er kunde hos oss, og"
    " sletter dem når du slutter. Regnskapet må vi beholde i fem år fordi loven krever det. Du kan be om innsyn og"
    " klage til Datatilsynet. Opplysninger om allergier ber vi ikke om uten samtykke fra deg.",
    "nn": "Bakeriet er ansvarleg for opplysningane dine. Vi lagrar namn og adresse så lenge du er kunde hjå oss, og"
    " slettar dei når du sluttar. Rekneskapen må vi ta vare på i fem år fordi lova krev det. Du kan krevje innsyn"
    " og klage til Datatilsynet. Opplysningar om allergiar spør vi ikkje om utan samtykke frå deg.",
    "da": "Bageriet er ansvarligt for dine oplysninger. Vi gemmer navn og adresse, så længe du er kunde hos os, og"
    " sletter dem, når du stopper. Regnskabet skal vi beholde i fem år, fordi loven kræver det. Du kan bede om indsigt"
    " og klage til Datatilsynet. Oplysninger om allergier spørger vi ikke om uden samtykke fra dig.",
    "sv": "Bageriet är ansvarigt för dina uppgifter. Vi sparar namn och adress så länge du är kund hos oss, och raderar"
    " dem när du slutar. Bokföringen måste vi behålla i sju år eftersom lagen kräver det. Du kan begära tillgång och"
    " klaga hos myndigheten. Uppgifter om allergier frågar vi inte efter utan ditt samtycke.",
    "en": "The bakery is responsible for your data. We keep your name and address for as long as you are our customer"
    " and erase them when you stop. The accounts must be kept for five years because the law asks for it. You may ask"
    " for access and complain to the authority. We do not ask about allergies without your consent.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_told_from_a_paragraph_and_from_each_of_its_sentences(language: Language) -> None:
    assert language_of(NOTICES[language]) == language
    assert [language_of(part) for part in NOTICES[language].split(". ")] == [language] * 5


@settings(max_examples=60)
@given(st.sampled_from(LANGUAGES), st.data())
def test_half_of_the_words_of_a_notice_tell_its_language(language: Language, data: st.DataObject) -> None:
    words = NOTICES[language].split()
    start = data.draw(st.integers(0, len(words) // 2))
    assert language_of(" ".join(words[start : start + len(words) // 2])) == language


def test_a_text_in_two_languages_is_in_the_one_that_has_more_of_it() -> None:
    assert language_of(NOTICES["en"] + NOTICES["da"] * 2) == "da"
    assert language_of(NOTICES["en"] * 2 + NOTICES["da"]) == "en"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Wir speichern Ihre Daten nur so lange, wie es für den Vertrag nötig ist.", "German"),
        ("Nous gardons vos données pendant trois ans et les effaçons ensuite.", "French"),
        ("Wij bewaren uw gegevens drie jaar en wissen ze daarna. U kunt ze ook inzien.", "Dutch"),
        ("Säilytämme tietojasi kolme vuotta, ja sen jälkeen ne poistetaan.", "Finnish"),
        ("Við geymum upplýsingar þínar í þrjú ár og eyðum þeim svo.", "Icelandic"),
        ("نحتفظ ببياناتك لمدة ثلاث سنوات", "not in Latin letters"),
        ("Мы храним ваши данные три года", "not in Latin letters"),
        ("Lorem ipsum dolor amet consectetur adipiscing elit eiusmod tempor", "cannot be told"),
        ("Kilo Lima Mike Oscar Papa Quebec Romeo Sierra Tango Uniform Victor and Zulu", "cannot be told"),
        ("12 345 --- 🙂", "no words"),
        ("", "no words"),
    ],
)
def test_any_other_language_is_refused_by_what_it_is(text: str, said: str) -> None:
    with pytest.raises(NoticeError, match=said):
        language_of(text)


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=200))
def test_any_text_has_a_language_or_is_refused(text: str) -> None:
    try:
        language = language_of(text)
    except NoticeError:
        return
    assert language in LANGUAGES
