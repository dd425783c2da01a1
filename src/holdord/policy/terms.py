"""The words of the field: legal bases, personal data categories, and what may be done to data.

Each term carries the article of the GDPR or the IRI of the W3C Data Privacy Vocabulary (DPV 2, with its extension for
personal data, PD) that defines it. Categories form a vocabulary of two levels, ``group.item``; a policy may add its
own below ``categories``. A new term enters ``docs/glossary.md`` in the same commit.
"""

from dataclasses import dataclass
from typing import Literal

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
    _category("record.source", "Source", "where the data came from"),
    _category("record.remark", "Tracking", "remark about the record"),
)
CATEGORIES: dict[str, Category] = {category.name: category for category in _BUILT_IN}

COUNTRIES: dict[str, tuple[str, str]] = {
    "NO": ("Europe/Oslo", "Datatilsynet"),
    "DK": ("Europe/Copenhagen", "Datatilsynet"),
    "SE": ("Europe/Stockholm", "Integritetsskyddsmyndigheten"),
}
"""Country → (time zone, supervisory authority, GDPR art. 51)."""
