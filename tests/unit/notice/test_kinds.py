from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training.corpus import corpus

from holdord.notice.model import Kind, Segment
from holdord.notice.sense.kinds import kinds
from holdord.notice.sense.weights import UNIT, buckets, packed, unpacked, weights, words
from holdord.policy.terms import LANGUAGES

FILLER = frozenset({"definition_or_filler"})


def segments(*parts: tuple[str, str]) -> list[Segment]:
    """Make segments of (role, text); items belong to the lead-in above them, everything to the heading above."""
    made: list[Segment] = []
    headings: tuple[int, ...] = ()
    lead_in = None
    for number, (role, text) in enumerate(parts):
        if role == "heading":
            headings, lead_in = (), None
        made.append(
            Segment(
                start=0,
                end=len(text),
                text=text,
                role=role,
                block=number,
                headings=headings,
                lead_in=lead_in if role == "item" else None,
            )
        )
        if role == "heading":
            headings = (number,)
        if role == "lead_in":
            lead_in = number
    return made


def alone(text: str, language) -> frozenset[Kind]:
    return kinds(segments(("sentence", text)), language)[0]


CASES = {
    "controller": [
        ("nb", "Brygga Bakeri AS er behandlingsansvarlig for personopplysningene."),
        ("nn", "Brygga Bakeri AS er behandlingsansvarleg for personopplysningane."),
        ("da", "Bryggens Bageri ApS er dataansvarlig for behandlingen af personoplysninger."),
        ("sv", "Bryggans Bageri AB är personuppgiftsansvarig för behandlingen."),
        ("en", "Quay Bakery Ltd is the controller of your personal data."),
        ("en", "The administrator of personal data is Quay Bakery Ltd."),
    ],
    "contact": [
        ("nb", "Har du spørsmål, ta kontakt på post@brygga.example."),
        ("nn", "Har du spørsmål, kan du kontakte oss på telefon 55 66 77 88."),
        ("da", "Du kan kontakte vores databeskyttelsesrådgiver på dpo@brygge.example."),
        ("sv", "Har du frågor når du oss på post@bryggan.example."),
        ("en", "If you have questions, please contact us at post@quay.example."),
        ("en", "Email: post@quay.example"),
    ],
    "data_category": [
        ("nb", "Vi registrerer navn, adresse, telefonnummer og fødselsdato."),
        ("nn", "Vi registrerer namn, adresse, telefonnummer og fødselsdato."),
        ("da", "Vi registrerer navn, adresse, telefonnummer og fødselsdato."),
        ("sv", "Vi registrerar namn, adress, telefonnummer och födelsedatum."),
        ("en", "We collect your name, address, telephone number and date of birth."),
        ("en", "We collect your IP address and browser type."),
    ],
    "data_subject": [
        ("nb", "Vi behandler personopplysninger om kunder, ansatte og leverandører."),
        ("nn", "Vi behandlar personopplysningar om kundar, tilsette og leverandørar."),
        ("da", "Vi behandler personoplysninger om kunder, ansatte og leverandører."),
        ("sv", "Vi behandlar personuppgifter om kunder, anställda och leverantörer."),
        ("en", "We process personal data about customers, employees and suppliers."),
        ("en", "The service is not aimed at children under 13."),
    ],
    "source": [
        ("nb", "Opplysningene innhentes fra Folkeregisteret og andre offentlige kilder."),
        ("nn", "Opplysningane vert henta frå Folkeregisteret."),
        ("da", "Oplysningerne indhentes fra CPR-registeret."),
        ("sv", "Uppgifterna hämtas från folkbokföringen."),
        ("en", "The data is obtained from public registers and other sources."),
        ("en", "We receive the information directly from you when you register."),
    ],
    "purpose": [
        ("nb", "Vi bruker opplysningene til å levere varene og sende faktura."),
        ("nn", "Vi brukar opplysningane til å levere varene og sende faktura."),
        ("da", "Vi bruger oplysningerne til at levere varerne og sende faktura."),
        ("sv", "Vi använder uppgifterna för att leverera varorna och skicka faktura."),
        ("en", "We use the information to deliver the goods and send invoices."),
        ("da", "Formålet med behandlingen er at administrere medlemskabet."),
    ],
    "legal_basis": [
        ("nb", "Det rettslige grunnlaget er personvernforordningen artikkel 6 nr. 1 bokstav f."),
        ("nn", "Behandlinga har heimel i artikkel 6 nr. 1 bokstav e."),
        ("da", "Retsgrundlaget er artikel 6, stk. 1, litra f."),
        ("sv", "Den rättsliga grunden är berättigat intresse."),
        ("en", "The legal basis is Article 6(1)(f) GDPR."),
        ("en", "We rely on our legitimate interest in running the shop."),
    ],
    "retention": [
        ("nb", "Opplysningene slettes tre år etter siste kjøp."),
        ("nn", "Opplysningane vert sletta tre år etter siste kjøp."),
        ("da", "Oplysningerne slettes tre år efter seneste køb."),
        ("sv", "Uppgifterna raderas tre år efter senaste köp."),
        ("en", "The data is deleted three years after the last purchase."),
        ("en", "We keep your data for as long as you are a member."),
    ],
    "recipient": [
        ("nb", "Vi deler opplysningene med samarbeidspartnere."),
        ("nn", "Vi deler opplysningane med samarbeidspartnarar."),
        ("da", "Vi videregiver oplysningerne til samarbejdspartnere."),
        ("sv", "Vi lämnar ut uppgifterna till samarbetspartners."),
        ("en", "We share the information with partners."),
        ("nb", "Vi selger ikke opplysninger til tredjepart."),
    ],
    "transfer": [
        ("nb", "Opplysningene overføres ikke til land utenfor EU/EØS."),
        ("nn", "Opplysningane vert ikkje overførte til land utanfor EU/EØS."),
        ("da", "Oplysningerne overføres ikke til tredjelande."),
        ("sv", "Uppgifterna överförs inte till tredje land."),
        ("en", "Data is transferred to the USA under standard contractual clauses."),
        ("en", "Your data is stored in Ireland."),
    ],
    "right": [
        ("nb", "Du har rett til innsyn i og retting av opplysningene."),
        ("nn", "Du har rett til innsyn i og retting av opplysningane."),
        ("da", "Du har ret til indsigt i og berigtigelse af oplysningerne."),
        ("sv", "Du har rätt till rättelse och radering av uppgifterna."),
        ("en", "You have the right to access and rectification of your data."),
        ("en", "You can object to the processing."),
    ],
    "deadline": [
        ("nb", "Vi svarer på henvendelsen din innen 30 dager."),
        ("nn", "Vi svarar på førespurnaden din innan 30 dagar."),
        ("da", "Vi besvarer din anmodning inden 30 dage."),
        ("sv", "Vi besvarar din begäran inom 30 dagar."),
        ("en", "We respond to your request within one month."),
        ("en", "We will answer your request without undue delay."),
    ],
    "consent": [
        ("nb", "Nyhetsbrev sendes bare med samtykket ditt."),
        ("nn", "Nyhendebrev vert berre sende med samtykket ditt."),
        ("da", "Nyhedsbreve sendes kun med dit samtykke."),
        ("sv", "Nyhetsbrev skickas bara med ditt samtycke."),
        ("en", "Newsletters are only sent with your consent."),
        ("en", "You can withdraw your consent at any time."),
    ],
    "cookie": [
        ("nb", "Vi bruker informasjonskapsler på nettstedet."),
        ("nn", "Vi brukar informasjonskapslar på nettstaden."),
        ("da", "Vi bruger cookies på hjemmesiden."),
        ("sv", "Vi använder kakor på webbplatsen."),
        ("en", "We do not use cookies."),
        ("en", "A cookie is a small text file in your browser."),
    ],
    "security": [
        ("nb", "Opplysningene er kryptert, og vi har tekniske og organisatoriske tiltak."),
        ("nn", "Berre autorisert personell har tilgang til dei krypterte opplysningane."),
        ("da", "Vi har tekniske og organisatoriske foranstaltninger mod misbrug."),
        ("sv", "Vi har vidtagit tekniska och organisatoriska åtgärder."),
        ("en", "We have technical and organisational measures against unauthorised access."),
        ("en", "All data is encrypted in transit."),
    ],
    "profiling": [
        ("nb", "Vi tar ingen automatiserte avgjørelser."),
        ("nn", "Vi bruker ikkje profilering eller automatiske avgjerder."),
        ("da", "Der træffes ingen automatiske afgørelser, herunder profilering."),
        ("sv", "Inga automatiserade beslut fattas, och ingen profilering sker."),
        ("en", "We do not use automated decision-making or profiling."),
        ("en", "No decision about you is made by automated means."),
    ],
    "authority": [
        ("nb", "Du kan klage til Datatilsynet."),
        ("nn", "Du kan klage til Datatilsynet."),
        ("da", "Du kan klage til Datatilsynet."),
        ("sv", "Du kan klaga hos Integritetsskyddsmyndigheten."),
        ("en", "You may lodge a complaint with the supervisory authority."),
        ("en", "You can complain to the Information Commissioner's Office."),
    ],
    "change": [
        ("nb", "Vi kan endre denne personvernerklæringen."),
        ("nn", "Vi kan endre denne personvernerklæringa."),
        ("da", "Vi kan ændre denne privatlivspolitik."),
        ("sv", "Vi kan ändra denna integritetspolicy."),
        ("en", "We may change this privacy policy."),
        ("en", "Last updated: 4 May 2024"),
    ],
    "processor_role": [
        ("nb", "Vi har inngått databehandleravtale med leverandøren."),
        ("nn", "Vi har databehandlaravtale med leverandøren."),
        ("da", "Vi har indgået databehandleraftale med leverandøren."),
        ("sv", "Vi har tecknat personuppgiftsbiträdesavtal med leverantören."),
        ("en", "We have a data processing agreement with the supplier."),
        ("en", "For our customers' data we act as a processor."),
    ],
    "sensitive": [
        ("nb", "Vi behandler ikke sensitive personopplysninger."),
        ("nn", "Vi behandlar ikkje sensitive personopplysningar."),
        ("da", "Vi behandler ikke følsomme personoplysninger."),
        ("sv", "Vi behandlar inga känsliga personuppgifter."),
        ("en", "We do not process special categories of personal data."),
        ("en", "We may process information about your health."),
    ],
    "definition_or_filler": [
        ("nb", "Denne personvernerklæringen beskriver hvordan vi arbeider."),
        ("nn", "Personopplysningar er opplysningar som kan knytast til ein person."),
        ("da", "Vi er ikke ansvarlige for indholdet på andre hjemmesider."),
        ("sv", "Denna integritetspolicy beskriver hur vi arbetar."),
        ("en", "This privacy policy explains how we work."),
        ("en", "We are not responsible for the content of other websites."),
    ],
}


def test_every_kind_has_cases():
    assert set(CASES) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("kind", "language", "text"), [(kind, *case) for kind, cases in CASES.items() for case in cases]
)
def test_a_sentence_tells_its_kind(kind, language, text):
    assert kind in alone(text, language)


def test_a_heading_is_filler_whatever_it_says():
    assert kinds(segments(("heading", "For how long is your data stored?")), "en") == (FILLER,)


def test_a_list_shares_the_kind_of_its_lead_in():
    read = kinds(
        segments(
            ("lead_in", "Vi bruker opplysningene til å:"),
            ("item", "pakke varene"),
            ("item", "ringe deg når de er klare"),
        ),
        "nb",
    )
    assert all("purpose" in found for found in read)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We do not use cookies.", "cookie"),
        ("We never sell personal data to third parties.", "recipient"),
        ("We do not use profiling.", "profiling"),
    ],
)
def test_what_is_not_done_has_the_same_kind(text, kind):
    assert kind in alone(text, "en")


def test_cookies_explained_are_cookies_and_data_explained_are_filler():
    assert alone("En informasjonskapsel er en liten fil i nettleseren.", "nb") == {"cookie"}
    assert alone("Med personopplysninger menes alt som kan knyttes til et menneske.", "nb") == FILLER


def test_where_to_exercise_rights_is_a_right_and_a_contact():
    assert {"right", "contact"} <= alone("Write to us at a@quay.example to exercise your rights.", "en")


def test_a_complaint_is_a_right_and_an_authority():
    assert {"right", "authority"} <= alone("Du har ret til at klage til Datatilsynet.", "da")


def test_a_statute_that_demands_storage_is_a_ground():
    text = "Fakturaer oppbevares i fem år i henhold til bokføringsloven."
    assert {"retention", "legal_basis"} <= alone(text, "nb")


def test_a_named_processor_is_a_recipient_and_an_agreement_is_not():
    assert {"recipient", "processor_role"} <= alone("Vi bruker Mailchimp som databehandler.", "nb")
    assert alone("Vi har databehandleravtale med leverandøren.", "nb") == {"processor_role"}


def test_where_data_lie_is_a_transfer():
    assert "transfer" in alone("Uppgifterna lagras på servrar i Tyskland.", "sv")


def test_address_lines_of_the_authority_belong_to_the_authority():
    read = kinds(
        segments(("sentence", "Datatilsynet"), ("sentence", "Gata 1"), ("sentence", "www.tilsyn.example.no")), "nb"
    )
    assert read[1:] == (frozenset({"authority"}),) * 2


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["heading", "lead_in", "item", "sentence"]), st.text(min_size=1, max_size=80)),
        max_size=8,
    ),
    st.sampled_from(LANGUAGES),
)
def test_any_segments_get_kinds_and_filler_stands_alone(parts, language):
    read = kinds(segments(*parts), language)
    assert len(read) == len(parts)
    for found in read:
        assert found
        assert found <= set(get_args(Kind))
        assert "definition_or_filler" not in found or found == FILLER


@given(st.lists(st.lists(st.integers(-30_000, 30_000), min_size=21, max_size=21), min_size=1, max_size=200))
def test_rows_of_scores_add_up_as_numbers_do(rows):
    together = unpacked(sum(map(packed, rows)), 21)
    assert together == [sum(column) / UNIT for column in zip(*rows, strict=True)]


def test_a_word_that_no_concept_knows_moves_the_scores():
    model = weights()
    assert model.scores((), words("Overwritten")) != model.scores((), ())
    assert model.scores((), words("retention")) == model.scores((), words("Retention, RETENTION"))


@given(st.text(max_size=30))
def test_any_word_has_known_buckets(word):
    size = len(weights().buckets) // len(weights().kinds)
    assert all(0 <= bucket < size for bucket in buckets(word))


def test_what_follows_when_data_are_not_given_is_no_right_even_behind_rights():
    read = kinds(
        segments(
            ("sentence", "You have the right of access and rectification."),
            ("sentence", "If you do not give us your address, we cannot deliver the parcel."),
        ),
        "en",
    )
    assert "right" in read[0]
    assert "right" not in read[1]


@pytest.mark.parametrize(
    ("folder", "language", "least"),
    [
        ("unseen", "en", 0.77),
        ("fresh", "en", 0.77),
        ("fresh", "nb", 0.67),
        ("fresh", "nn", 0.81),
        ("fresh", "sv", 0.75),
    ],
)
def test_styles_that_nothing_was_learnt_from_are_read(folder, language, least):
    found, said, true = 0, 0, 0
    notices = corpus(Path(__file__).parents[2] / "cases" / "read" / folder)
    for notice in (one for one in notices if one.language == language):
        for segment, read, labels in zip(
            notice.segments, kinds(notice.segments, notice.language), notice.kinds, strict=True
        ):
            if segment.role != "heading":
                found += len(read & labels - FILLER)
                said += len(read - FILLER)
                true += len(labels - FILLER)
    assert 2 * found / (said + true) > least
