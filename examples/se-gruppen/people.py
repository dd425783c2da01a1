"""The made-up people of SE-gruppen, an installation group: customers, suppliers, a web log, forms, applicants, staff.

Shares are parts of 1, numbers are means, ``lasting`` is days. ``roles`` are weights: what a person is first of all;
``also`` is the share of all people who are that as well; ``fields`` is the share whose field is known.
"""

_TRADE = {
    "running": 0.4,
    "lasting": 800,
    "business": 0.75,
    "agreements": 0.5,
    "projects": 0.5,
    "orders": 0.5,
    "invoices": 1.2,
    "unpaid": 0.02,
    "letters": 0.8,
    "notes": 0.3,
    "again": 0.03,
}

MIX = {
    "locale": "no_NO",
    "country": "NO",
    "language": "nb",
    "fields": {
        "email": 0.9,
        "phone": 0.9,
        "address": 0.6,
        "employer": 0.6,
        "title": 0.5,
        "source": 1.0,
        "remark": 0.05,
    },
    "roles": {"customer": 50, "supplier": 12, "enquirer": 14, "applicant": 4, "visitor": 20, "employee": 0.4},
    "also": {"visitor": 0.06},
    "reviewed": 0.2,
    "not_relevant": 0.05,
    "profiled": 0,
    "log_lines": 1.2,
    "blocked": 0.02,
    "customer": _TRADE,
    "supplier": {**_TRADE, "business": 1.0, "agreements": 0.9, "running": 0.6, "lasting": 1500},
    "phrases": {
        "titles": ("byggeleder", "innkjøper", "daglig leder", "prosjekteringsleder", "økonomisjef"),
        "interests": ("ventilasjon", "rør", "elektro", "automasjon"),
        "sources": ("nettside", "e-post", "telefon", "kundeskjema", "anbud", "kontrakt", "brreg.no", "1881.no"),
        "remarks": ("Kontakt på byggeplass.", "Signerer for selskapet."),
        "agreements": ("Entreprisekontrakt", "Rammeavtale", "Leverandøravtale"),
        "terms": ("NS 8407.", "Fast pris med indeks.", "Etter medgått tid."),
        "articles": ("Rørlegging", "Ventilasjonsaggregat", "Styreskap", "Arbeid, én time", "Riggkostnad"),
        "pages": ("/", "/prosjekter", "/om-oss", "/kontakt", "/ledige-stillinger"),
        "messages": ("Nytt fra gruppen",),
        "channels": ("email",),
        "topics": ("news",),
        "letter_channels": ("form", "form", "mail", "letter"),
        "subjects": ("Tilbudsforespørsel", "Befaring", "Endringsmelding", "Sluttoppgjør", "Spørsmål fra nettsiden"),
        "bodies": ("Hei, kan dere ringe meg?", "Vedlagt er endringsmeldingen.", "Takk for samarbeidet."),
        "note_channels": ("call", "meeting"),
        "purposes": ("Avklaring om framdrift", "Pris på tillegg", "Reklamasjon"),
        "feedback": ("God oppfølging.", "For lang svartid."),
        "positions": ("rørlegger", "elektriker", "ventilasjonsmontør", "prosjektleder"),
        "letters": ("Jeg søker jobb som montør.", "Jeg ønsker meg nye oppgaver."),
        "cvs": ("Fagbrev, åtte år på byggeplass.", "Ingeniør, fem år i prosjektering."),
        "assessments": ("Til intervju.", "Ikke aktuell nå.", "Aktuell senere."),
    },
}
