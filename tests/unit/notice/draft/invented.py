"""Three invented notices, and what tests do with a draft: answer its questions, load it, bind it to the register."""

import copy
import dataclasses
import re
from datetime import date
from functools import cache
from typing import Any

from tests.scenarios.test_examples_load import shape

from holdord.notice.draft.draft import Draft, Note
from holdord.notice.draft.questions import offer
from holdord.notice.draft.reading import Drafted, draft
from holdord.notice.draft.yaml import yaml
from holdord.notice.read import read
from holdord.plan.bind import Bound
from holdord.policy.load import load
from holdord.policy.model import Policy
from holdord.policy.terms import Language
from holdord.schema import Schema
from holdord.stores.register.map import data_map
from holdord.stores.register.schema import metadata

NB = """\
# Personvernerklæring for Fjordlys Verksted AS

Sist oppdatert 3. mars 2025.

## 1. Behandlingsansvarlig

Fjordlys Verksted AS, org.nr. 987 654 325, Bryggegata 4, 5003 Bergen, er behandlingsansvarlig for opplysningene.

## 2. Hva vi bruker opplysningene til

Vi bruker personopplysninger til følgende formål:

- Følge opp kundeforholdet ditt
- Behandle bestillinger og levere varer
- Fakturere og ta imot betaling
- Sende nyhetsbrev til dem som har samtykket
- Vurdere jobbsøknader
- Låne ut verktøykasser til naboer

Behandlingsgrunnlaget er avtalen med deg, personvernforordningen artikkel 6 nr. 1 bokstav b.

## 3. Hvor lenge vi lagrer opplysningene

Opplysninger om kunder sletter vi 18 måneder etter at kundeforholdet er avsluttet.
Melder du deg av nyhetsbrevet, sletter vi deg innen 7 dager.
Regnskapsmateriale lagrer vi i 5 år etter bokføringsloven.
Andre opplysninger lagrer vi så lenge det er nødvendig for formålet.

## 4. Hvem som får opplysningene

Vi bruker HubSpot som databehandler.
Vi gir opplysninger videre til politiet når loven krever det.

## 5. Rettighetene dine

Du har rett til innsyn, retting og sletting.
Kravet sendes til post@fjordlys.example.no, og vi svarer innen 14 dager.
Du kan klage til Datatilsynet.

## 6. Sikkerhet

Vi beskytter opplysningene med tilgangskontroll og kryptering.
"""

DA = """\
Privatlivspolitik for Havnens Cykler ApS

Dataansvarlig

Havnens Cykler ApS, CVR nr. 12345674, Kajen 7, 8000 Aarhus, er dataansvarlig for de oplysninger, vi behandler.
Du kan skrive til os på hej@havnenscykler.example.dk.

Når du skriver til os

Vi behandler dit navn og din e-mail for at besvare din henvendelse.
Henvendelser sletter vi 6 måneder efter, at de er besvaret.
Chatbeskeder og andre henvendelser opbevarer vi i 2 år.

Når du er kunde

Vi behandler navn, adresse og telefonnummer for at administrere kundeforholdet og levere den bestilling, du har afgivet.
Retsgrundlaget er databeskyttelsesforordningens artikel 6, stk. 1, litra b.
Skriftlige aftaler opbevarer vi i 4 år efter kundeforholdets ophør.

Når du søger job

Vi behandler din ansøgning for at vurdere, om du kan ansættes. Det sker på grundlag af dit samtykke.

Opbevaring i øvrigt

Vi bruger ikke profilering.
Vi opbevarer oplysninger, så længe det er nødvendigt.

Dine rettigheder

Du har ret til indsigt, berigtigelse og sletning.
Du kan klage til Datatilsynet.
"""

EN = """\
# Privacy notice of Fjordlys Verksted AS

Last updated 3 March 2025.

## 1. Controller

Fjordlys Verksted AS, org. no. 987 654 325, Bryggegata 4, 5003 Bergen, is the controller of the data.

## 2. What we use the data for

We use personal data for the following purposes:

- To look after our customer relation with you
- To process orders and deliver goods
- To invoice and receive payment
- To send newsletters to those who have consented
- To assess job applications
- To lend tool boxes to neighbours

The legal basis is the contract with you, Article 6(1)(b) of the GDPR.

## 3. How long we keep the data

We delete data about customers 18 months after the customer relation has ended.
If you unsubscribe from the newsletter, we delete you within 7 days.
We keep accounting material for 5 years under the Bookkeeping Act.
We keep other data as long as it is necessary for the purpose.

## 4. Who receives the data

We use HubSpot as a processor.
We hand data over to the police when the law demands it.

## 5. Your rights

You have the right of access, rectification and erasure.
Send your request to post@fjordlys.example.no, and we answer within 14 days.
You can complain to the Norwegian Data Protection Authority.

## 6. Security

We protect the data with access control and encryption.
"""


SILENT: dict[Language, str] = {
    "nb": """\
# Personvernerklæring for Lysfjord Snekkeri AS

Sist oppdatert 3. mars 2025.
Lysfjord Snekkeri AS, Kaia 4, 5003 Bergen, post@lysfjord.example.no, er behandlingsansvarlig.

## Formål

Vi behandler opplysninger for å behandle bestillinger og levere varer.
Formålet er også å vurdere jobbsøknader.

## Mottakere

Vi utleverer opplysninger til transportører. Vi bruker ikke informasjonskapsler.
""",
    "nn": """\
# Personvernerklæring for Lysfjord Snikkeri AS

Sist oppdatert 3. mars 2025.
Lysfjord Snikkeri AS, Kaia 4, 5003 Bergen, post@lysfjord.example.no, er behandlingsansvarleg.

## Føremål

Føremålet er å levere produkt som kundar har tinga. Føremålet er òg å vurdere jobbsøkjarar.

## Mottakarar

Vi utleverer opplysningar til samarbeidspartnarar. Vi bruker ikkje informasjonskapslar.
""",
    "da": """\
# Privatlivspolitik for Lysfjord Snedkeri ApS

Senest opdateret 3. marts 2025.
Lysfjord Snedkeri ApS, CVR nr. 12345674, Kajen 4, 8000 Aarhus, hej@lysfjord.example.dk, er dataansvarlig.

## Formål

Vi behandler oplysninger for at levere varer og for at besvare henvendelser. Formålet er også at vurdere jobansøgere.

## Modtagere

Vi videregiver oplysninger til transportører. Vi bruger ikke cookies.
""",
    "sv": """\
# Integritetspolicy för Lysfjord Snickeri AB

Senast uppdaterad den 3 mars 2025.
Lysfjord Snickeri AB, Kajen 4, 411 01 Göteborg, hej@lysfjord.example.se, är personuppgiftsansvarig.

## Ändamål

Vi behandlar uppgifter för att leverera varor och för att besvara frågor. Syftet är också att bedöma arbetssökande.

## Mottagare

Vi lämnar ut uppgifter till transportörer. Vi använder inte kakor.
""",
    "en": """\
# Privacy notice of Lysfjord Joinery AS

Last updated 3 March 2025.
Lysfjord Joinery AS, Kaia 4, 5003 Bergen, post@lysfjord.example.no, is the controller.

## Purposes

We process data in order to deliver goods. The purpose is also to assess job applicants.

## Recipients

We disclose data to carriers. We do not use any cookies.
""",
}
"""Notices that say what is done and with whom, and nothing of how long; in each language."""


TODAY = date(2026, 3, 2)
UNOFFERED = {"cookies": "none", "health": "h", "interest": "what we do", "email": "post@example.no"}
"""Questions without a usual answer, and what tests answer."""


@cache
def drafted(*texts: str, language: Language | None = None) -> Drafted:
    """Return the draft of a notice, with further ones in other languages."""
    readings = [read(text, language if number == 0 else None) for number, text in enumerate(texts)]
    return draft(readings, data_map(), TODAY)


def questions(one: Draft) -> dict[tuple[str | int, ...], str]:
    """Return the questions by place."""
    return {path: note.text for path, notes in one.notes.items() for note in notes if note.kind == "question"}


def notes(one: Draft, *path: str | int) -> tuple[Note, ...]:
    """Return what stands beside a place."""
    return one.notes.get(path, ())


def at(one: Draft, *path: str | int) -> Any:
    """Return the value at a place."""
    value: Any = one.policy
    for part in path:
        value = value[part]
    return value


def answered(one: Draft) -> Draft:
    """Return the draft with each question mark replaced by the answer that its question offers."""
    policy = copy.deepcopy(dict(one.policy))
    for path, question in questions(one).items():
        node: Any = policy
        for part in path[:-1]:
            node = node[part]
        assert node[path[-1]] == "?", path
        answer = offer(question) or UNOFFERED.get(str(path[-1]), "")
        assert answer, question
        node[path[-1]] = date.fromisoformat(answer) if path == ("version",) else answer
    return dataclasses.replace(one, policy=policy)


def loaded(one: Drafted) -> Policy:
    """Return the policy once all questions are answered, its quotes checked."""
    notices = {str(language): places.markdown for language, places in one.places.items()}
    return load(yaml(answered(one.draft)), notices=notices)


@cache
def register() -> Schema:
    """Return the tables of the built-in register."""
    return {table.name: shape(table) for table in metadata.sorted_tables if table.name[:8] != "holdord_"}


def bound(policy: Policy) -> Bound:
    """Bind a policy to the built-in register."""
    return Bound(policy, data_map(), register())


def unwrapped(text: str) -> list[str]:
    """Return the blocks of comments of a file, each on one line."""
    return [
        " ".join(part.lstrip("# ") for part in block.split("\n")) for block in re.findall(r"(?m)(?:^ *#.*\n?)+", text)
    ]
