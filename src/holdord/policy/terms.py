"""The words of the field: legal bases, personal data categories, what may be done to data, and what people are told.

Each term carries the article of the GDPR or the IRI of the W3C Data Privacy Vocabulary (DPV 2, with its extension for
personal data, PD) that defines it. Categories form a vocabulary of two levels, ``group.item``; a policy may add its
own below ``categories``. A new term enters ``docs/glossary.md`` in the same commit.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

DPV = "https://w3id.org/dpv#"
PD = "https://w3id.org/dpv/pd#"

Basis = Literal["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interest"]
BASES: dict[str, tuple[str, str]] = {
    "consent": ("GDPR art. 6(1)(a)", DPV + "Consent"),
    "contract": ("GDPR art. 6(1)(b)", DPV + "Contract"),
    "legal_obligation": ("GDPR art. 6(1)(c)", DPV + "LegalObligation"),
    "vital_interests": ("GDPR art. 6(1)(d)", DPV + "VitalInterest"),
    "public_task": ("GDPR art. 6(1)(e)", DPV + "PublicInterest"),
    "legitimate_interest": ("GDPR art. 6(1)(f)", DPV + "LegitimateInterest"),
}
Keeper = Literal["software", "person", "notice"]
"""Who keeps a promise: the software itself, a person who must act, or the notice, which must say it."""

Afterwards = Literal["erase", "generalise"]
"""What is done to a category that nothing holds any more (DPV: ``Erase``, ``Anonymise`` in part: ``Generalise``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A kind of personal data.

    Attributes:
        name: ``group.item``.
        iri: The IRI in DPV's personal data extension; empty for a category of the policy's own without one.
        label: What people call it, in English.
        afterwards: What is done when nothing holds it.
    """

    name: str
    iri: str
    label: str
    afterwards: Afterwards = "erase"


def _category(name: str, iri: str, label: str, afterwards: Afterwards = "erase") -> Category:
    return Category(name=name, iri=PD + iri, label=label, afterwards=afterwards)


_BUILT_IN = (
    _category("contact.name", "Name", "name"),
    _category("contact.email", "EmailAddress", "e-mail address"),
    _category("contact.phone", "TelephoneNumber", "telephone number"),
    _category("contact.address", "PhysicalAddress", "postal address"),
    _category("contact.language", "Language", "language"),
    _category("demographic.birth_date", "BirthDate", "date of birth"),
    _category("demographic.gender", "Gender", "gender"),
    _category("identity.national_number", "OfficialID", "national identity number"),
    _category("identity.login", "Username", "login and user name"),
    _category("identity.secret", "Password", "password, security question"),
    _category("job.employer", "CurrentEmployment", "employer"),
    _category("job.title", "Job", "job title or position"),
    _category("job.interests", "ProfessionalInterest", "professional preferences and interests"),
    _category("job.application", "EmploymentHistory", "application and curriculum vitae"),
    _category("job.assessment", "WorkHistory", "assessment of an applicant"),
    _category("job.employment", "Employment", "terms of employment"),
    _category("financial.account", "BankAccount", "bank account"),
    _category("financial.card", "CreditCardNumber", "payment card"),
    _category("financial.invoice", "Transactional", "invoice and payment"),
    _category("financial.salary", "Salary", "salary"),
    _category("commercial.order", "Purchase", "order and delivery"),
    _category("commercial.agreement", "Contract", "agreement"),
    _category("commercial.relation", "Relationship", "customer or supplier relation"),
    _category("communication.message", "Communication", "message, letter or call"),
    _category("communication.note", "Communication", "note about a conversation"),
    _category("communication.feedback", "Opinion", "feedback and questions"),
    _category("communication.subscription", "Preference", "subscription"),
    _category("media.picture", "Picture", "photograph or video"),
    _category("media.upload", "PersonalDocuments", "uploaded content"),
    _category("event.participation", "PublicLife", "participation in an event"),
    _category("technical.ip_address", "IPAddress", "IP address"),
    _category("technical.device", "DeviceBased", "browser, device and operating system"),
    _category("behaviour.site", "BrowsingBehavior", "clicks and movement on the site"),
    _category("behaviour.email", "Behavioral", "which e-mails were opened, when and how"),
    _category("behaviour.profile", "Profile", "interest profile"),
    _category("social.profile", "SocialNetwork", "data from profiles on social networks"),
    _category("sensitive.health", "MedicalHealth", "health"),
    _category("record.source", "Source", "where the data came from"),
    _category("record.remark", "Tracking", "remark about the record"),
)
CATEGORIES: dict[str, Category] = {category.name: category for category in _BUILT_IN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Country:
    """A country whose controllers keep their policies with holdord: its laws, zone and public holidays are known.

    Attributes:
        label: What it is called, in English.
        zone: Its time zone.
        authority: The supervisory authority (GDPR art. 51), by the name that it has there.
        web: The authority's web address.
        dials: What a telephone number begins with that is called from abroad (ITU-T E.164).
        trunk: What it begins with that is called from within, or empty.
    """

    label: str
    zone: str
    authority: str
    web: str
    dials: str
    trunk: str = ""


COUNTRIES: dict[str, Country] = {
    "NO": Country(
        label="Norway",
        zone="Europe/Oslo",
        authority="Datatilsynet",
        web="https://www.datatilsynet.no",
        dials="47",
    ),
    "DK": Country(
        label="Denmark",
        zone="Europe/Copenhagen",
        authority="Datatilsynet",
        web="https://www.datatilsynet.dk",
        dials="45",
    ),
    "SE": Country(
        label="Sweden",
        zone="Europe/Stockholm",
        authority="Integritetsskyddsmyndigheten (IMY)",
        web="https://www.imy.se",
        dials="46",
        trunk="0",
    ),
}
"""By ISO 3166 code."""

Language = Literal["nb", "nn", "da", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""What notices are read and written in."""

Section = Literal[
    "controller", "purposes", "sensitive", "recipients", "transfers", "storage", "security", "cookies", "rights",
    "complaint", "decisions", "requirements", "changes",
]  # fmt: skip
"""A numbered section of a written notice; they stand in this order."""
SECTIONS: tuple[Section, ...] = get_args(Section)

Role = Literal["processor", "controller", "authority"]
"""What a recipient is: a processor (GDPR art. 4(8)), a controller of its own (4(7)), or a public authority."""
ROLES: tuple[Role, ...] = get_args(Role)

Safeguard = Literal["adequacy", "standard_clauses", "binding_rules", "none"]
"""What a transfer rests on: an adequacy decision (art. 45), standard contractual clauses (46(2)(c)), binding corporate
rules (46(2)(b)), or none of these."""
SAFEGUARDS: tuple[Safeguard, ...] = get_args(Safeguard)

Special = Literal["race", "politics", "belief", "union", "genetic", "biometric", "health", "sex_life"]
"""The special categories of GDPR art. 9(1)."""
SPECIALS: tuple[Special, ...] = get_args(Special)

Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
"""The exceptions of GDPR art. 9(2)."""
LETTERS: tuple[Letter, ...] = get_args(Letter)

Demand = Literal["statutory", "contractual", "to_enter_contract"]
"""Why data must be given, in the words of GDPR art. 13(2)(e)."""
DEMANDS: tuple[Demand, ...] = get_args(Demand)

EEA: tuple[str, ...] = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
ELSEWHERE: tuple[str, ...] = (
    "AD", "AE", "AR", "AU", "BR", "CA", "CH", "CN", "FO", "GB", "GG", "GL", "HK", "ID", "IL", "IM", "IN", "JE", "JP",
    "KR", "MA", "MX", "MY", "NZ", "PH", "RS", "SG", "TH", "TR", "TW", "UA", "US", "UY", "VN", "ZA",
)  # fmt: skip
"""Countries outside the European Economic Area that recipients are often in, by ISO 3166 code."""

ADEQUATE: tuple[str, ...] = (
    "AD", "AR", "BR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "US", "UY",
)  # fmt: skip
"""Countries with an adequacy decision of the European Commission (art. 45(3)), as of November 2026.

Brazil's is decision (EU) 2026/179. That for the United States covers only those who take part in the EU-US Data Privacy
Framework, and that for Canada only commercial organisations. Decisions can be repealed: look before you rely on one.
"""


def same_name(name: str) -> str:
    """Return a name or a role as it is compared: without regard to case, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


OBJECTED = ("legitimate_interest", "public_task")
"""The bases that one can object to (GDPR art. 21(1))."""
