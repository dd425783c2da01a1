"""The made-up people of Clienti, a marketing agency: business customers, newsletter, events, enquiries.

Shares are parts of 1, numbers are means, ``lasting`` is days. ``roles`` are weights: what a person is first of all;
``also`` is the share of all people who are that as well; ``fields`` is the share whose field is known.
"""

_TRADE = {
    "running": 0.4,
    "lasting": 900,
    "business": 0.9,
    "agreements": 0.7,
    "projects": 0,
    "orders": 0,
    "invoices": 1.8,
    "unpaid": 0.02,
    "letters": 1.5,
    "notes": 0.5,
    "again": 0.03,
}

MIX = {
    "locale": "da_DK",
    "country": "DK",
    "language": "da",
    "fields": {
        "email": 0.95,
        "phone": 0.8,
        "address": 0.5,
        "employer": 0.5,
        "title": 0.6,
        "source": 0.9,
        "remark": 0.1,
    },
    "roles": {
        "customer": 40,
        "prospect": 12,
        "enquirer": 16,
        "subscriber": 18,
        "participant": 14,
        "supplier": 3,
        "partner": 2,
    },
    "also": {"subscriber": 0.18, "participant": 0.06, "guest": 0.02},
    "reviewed": 0.35,
    "not_relevant": 0.05,
    "profiled": 0.3,
    "log_lines": 0,
    "blocked": 0,
    "customer": _TRADE,
    "supplier": {**_TRADE, "running": 0.6, "lasting": 1500},
    "partner": {**_TRADE, "running": 0.5, "invoices": 0.5},
    "phrases": {
        "titles": ("direktør", "marketingchef", "indkøber", "bogholder", "projektleder", "salgschef", "receptionist"),
        "interests": ("annoncering", "søgemaskiner", "nyhedsbreve", "video", "sociale medier", "analyse"),
        "sources": ("hjemmeside", "telefon", "arrangement", "visitkort", "anbefaling"),
        "remarks": ("Ringer helst om formiddagen.", "Vil have tilbud på skrift.", "Skifter snart stilling."),
        "agreements": ("Samarbejdsaftale", "Aftale om annoncering", "Aftale om hjemmeside", "Databehandleraftale"),
        "terms": ("Løbende, tre måneders varsel.", "Fast pris, to rettelser.", "Efter forbrug, månedlig opgørelse."),
        "articles": ("Annoncekampagne", "Tekst til hjemmeside", "Nyhedsbrev", "Rapport", "Workshop", "Film, ét minut"),
        "pages": ("/", "/ydelser", "/cases", "/kontakt", "/nyheder", "/arrangementer"),
        "messages": ("Nyt om søgning", "Invitation", "Årets cases", "Tre råd om annoncer"),
        "channels": ("email",),
        "topics": ("news", "news", "events"),
        "letter_channels": ("mail", "mail", "form", "chat", "social"),
        "subjects": ("Møde i næste uge", "Tilbud", "Rettelser til teksten", "Faktura", "Spørgsmål om kampagnen"),
        "bodies": ("Hej, kan vi tale sammen i morgen?", "Vedhæftet er, hvad vi aftalte.", "Tak for et godt møde."),
        "note_channels": ("call",),
        "purposes": ("Spørgsmål om faktura", "Ønsker møde", "Opfølgning på kampagne", "Klage over levering"),
        "feedback": ("Meget tilfreds.", "Syntes, at rapporten var for lang.", "Vil gerne se flere tal."),
        "uploads": ("photo", "photo", "video"),
        "events": ("Morgenmøde om søgning", "Seminar om annoncer", "Havnedag", "Workshop om tekst"),
    },
}
