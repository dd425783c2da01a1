"""Times in sentences of five languages: which are promises, what is done, and from when they count."""

import pytest

from holdord.notice.model import Segment
from holdord.notice.times.durations import durations
from holdord.policy.terms import Language

Case = tuple[Language, str, list[tuple[float, str, str, str | None]]]

CASES: list[Case] = [
    ("nb", "Vi lagrer ordren din i fem år etter utløpet av regnskapsåret.", [(5, "year", "keep", "utløpet")]),
    ("nb", "Søknader slettes seks måneder etter at ansettelsen er avsluttet.", [(6, "month", "delete", "ansettelsen")]),
    ("nb", "Opptak fra kamera slettes automatisk etter 7 dager.", [(7, "day", "delete", None)]),
    (
        "nb",
        "Vi svarer på henvendelser så fort som mulig, og senest innen 30 dager.",
        [(30, "day", "respond", "henvend")],
    ),
    ("nb", "Loggene oppbevares i inntil 90 dager.", [(90, "day", "keep_max", None)]),
    ("nb", "Regnskapsbilag må oppbevares i minst fem år etter bokføringsloven § 13.", [(5, "year", "keep_min", None)]),
    (
        "nb",
        "Dersom kontoen har vært inaktiv i 24 måneder, anonymiserer vi den.",
        [(24, "month", "anonymise", "inaktiv")],
    ),
    ("nb", "Etter 24 måneders inaktivitet slettes profilen.", [(24, "month", "delete", "inaktiv")]),
    ("nb", "Informasjonskapselen utløper etter ett år.", [(1, "year", "cookie_expiry", None)]),
    (
        "nb",
        "Vi går gjennom registeret hvert år og sletter det vi ikke trenger.",
        [(1, "year", "review_or_delete", "recurring")],
    ),
    ("nb", "Vi vurderer minst én gang i året om opplysningene fortsatt trengs.", [(1, "year", "review", "recurring")]),
    (
        "nb",
        "Ved brudd på sikkerheten varsler vi Datatilsynet innen 72 timer.",
        [(72, "hour", "notify", "brudd på sikkerheten")],
    ),
    ("nb", "Tjenesten er ikke for barn under 13 år.", []),
    ("nb", "Du må ha fylt 15 år for å samtykke.", []),
    ("nb", "I over ti år har vi hjulpet bedrifter i nord.", []),
    ("nb", "Våre rådgivere har 20 års erfaring.", []),
    ("nb", "Abonnementet koster 99 kr per måned.", []),
    (
        "nb",
        "Når kundeforholdet avsluttes, slettes alle data innen tre måneder.",
        [(3, "month", "delete", "kundeforholdet avsluttes")],
    ),
    ("nb", "Data lagres i 12 måneder før de slettes.", [(12, "month", "keep", None)]),
    ("nb", "Vi sletter e-poster eldre enn to år.", [(2, "year", "delete", None)]),
    ("nb", "Sikkerhetskopier overskrives etter 30 dager.", [(30, "day", "delete", None)]),
    ("nb", "Opplysningene lagres i 3 år fra siste kjøp, og slettes deretter.", [(3, "year", "keep", "fra siste kjøp")]),
    ("nb", "Kjøpshistorikk: 5 år etter kjøpet.", [(5, "year", "keep", "etter kjøpet")]),
    (
        "nb",
        "Fristen kan forlenges med to måneder dersom forespørselen er komplisert.",
        [(2, "month", "respond", "foresp")],
    ),
    ("nb", "Vi beholder dataene ikke lenger enn tre år.", [(3, "year", "keep_max", None)]),
    (
        "nb",
        "Opplysningene slettes senest 60 dager etter at medlemskapet opphører.",
        [(60, "day", "delete", "medlemskapet")],
    ),
    ("nb", "Vi er åpne 24 timer i døgnet.", []),
    (
        "nb",
        "Etter avsluttet kundeforhold lagres opplysningene i ti år.",
        [(10, "year", "keep", "avsluttet kundeforhold")],
    ),
    ("nb", "Opplysninger om besøk lagres i ett og et halvt år.", [(1.5, "year", "keep", None)]),
    (
        "nb",
        "Personopplysninger lagres i seks måneder og slettes 30 dager etter at du ber om det.",
        [(6, "month", "keep", None), (30, "day", "delete", "ber om det")],
    ),
    ("nn", "Vi lagrar søknaden i seks månader etter at stillinga er fylt.", [(6, "month", "keep", "stillinga")]),
    ("nn", "Opplysningane blir sletta etter to år.", [(2, "year", "delete", None)]),
    ("nn", "Du får svar innan 30 dagar etter at vi har fått kravet.", [(30, "day", "respond", "kravet")]),
    ("nn", "Loggane vert lagra i inntil tre veker.", [(3, "week", "keep_max", None)]),
    ("nn", "Bilaga skal oppbevarast i minst fem år.", [(5, "year", "keep_min", None)]),
    ("nn", "Vi går gjennom lista kvart år.", [(1, "year", "review", "recurring")]),
    ("nn", "Vi slettar kontoen etter tolv månader utan aktivitet.", [(12, "month", "delete", "utan aktivitet")]),
    (
        "nn",
        "Når avtala er avslutta, slettar vi opplysningane innan eit halvt år.",
        [(0.5, "year", "delete", "avtala er avslutta")],
    ),
    ("nn", "Tenesta er ikkje for born under 13 år.", []),
    ("nn", "Vi tek vare på opplysningane i eitt år frå siste kontakt.", [(1, "year", "keep", "siste kontakt")]),
    ("nn", "Informasjonskapselen går ut etter tjuefire timar.", [(24, "hour", "cookie_expiry", None)]),
    ("nn", "Opplysningane blir anonymiserte etter 18 månader.", [(18, "month", "anonymise", None)]),
    ("nn", "Vi varslar deg minst 14 dagar før endringane tek til å gjelde.", [(14, "day", "notify", "endringane")]),
    ("nn", "Vi lagrar opplysningane ikkje lenger enn 12 månader.", [(12, "month", "keep_max", None)]),
    ("nn", "Opptaka blir sletta seinast sju døgn etter opptak.", [(7, "day", "delete", "opptak")]),
    (
        "da",
        "Vi opbevarer fakturaer i fem år fra udgangen af det regnskabsår, de vedrører.",
        [(5, "year", "keep", "udgangen")],
    ),
    ("da", "Ansøgninger slettes senest 6 måneder efter modtagelsen.", [(6, "month", "delete", "modtagelsen")]),
    ("da", "Vi besvarer din anmodning inden for en måned.", [(1, "month", "respond", "anmodning")]),
    ("da", "Optagelser slettes efter 30 dage.", [(30, "day", "delete", None)]),
    (
        "da",
        "Dine oplysninger gemmes i op til 24 måneder efter dit seneste køb.",
        [(24, "month", "keep_max", "seneste køb")],
    ),
    ("da", "Cookien udløber efter 13 måneder.", [(13, "month", "cookie_expiry", None)]),
    ("da", "Vi gemmer journaler i mindst ti år.", [(10, "year", "keep_min", None)]),
    (
        "da",
        "Når kundeforholdet ophører, slettes oplysningerne efter halvandet år.",
        [(1.5, "year", "delete", "kundeforholdet ophører")],
    ),
    ("da", "Efter endt medlemskab gemmer vi dine oplysninger i tre år.", [(3, "year", "keep", "endt medlemskab")]),
    ("da", "Vi gennemgår registeret én gang om året.", [(1, "year", "review", "recurring")]),
    ("da", "Inaktive konti slettes efter 2 års inaktivitet.", [(2, "year", "delete", "inaktivitet")]),
    ("da", "Brud på sikkerheden anmeldes til Datatilsynet inden 72 timer.", [(72, "hour", "notify", None)]),
    ("da", "Logfiler anonymiseres efter fjorten dage.", [(14, "day", "anonymise", None)]),
    ("da", "Vi har hjulpet virksomheder i mere end 30 år.", []),
    ("da", "Børn under 15 år skal have samtykke fra en forælder.", []),
    ("da", "Oplysningerne opbevares højst fireogtyve måneder.", [(24, "month", "keep_max", None)]),
    ("da", "Vi må ikke opbevare dine oplysninger længere end 5 år.", [(5, "year", "keep_max", None)]),
    ("da", "Regnskabsmateriale opbevares i 5 år, jf. bogføringsloven.", [(5, "year", "keep", None)]),
    ("da", "Afmelder du nyhedsbrevet, fjernes din adresse inden for 5 dage.", [(5, "day", "delete", None)]),
    (
        "da",
        "Vi sletter dine oplysninger, når der er gået 3 år siden dit sidste besøg.",
        [(3, "year", "delete", "sidste besøg")],
    ),
    ("da", "Lønsedler opbevares i 5 år + løbende år.", [(5, "year", "keep", None)]),
    ("sv", "Vi sparar dina uppgifter i 24 månader efter ditt senaste köp.", [(24, "month", "keep", "senaste köp")]),
    ("sv", "Räkenskapsinformation sparas i sju år enligt bokföringslagen.", [(7, "year", "keep", None)]),
    ("sv", "Ansökningar raderas senast två år efter avslutad rekrytering.", [(2, "year", "delete", "rekrytering")]),
    ("sv", "Vi besvarar din begäran inom en månad.", [(1, "month", "respond", "begäran")]),
    ("sv", "Loggar gallras efter 90 dagar.", [(90, "day", "delete", None)]),
    ("sv", "Kakan upphör att gälla efter 30 minuter.", [(30, "minute", "cookie_expiry", None)]),
    ("sv", "Uppgifterna lagras under högst ett och ett halvt år.", [(1.5, "year", "keep_max", None)]),
    ("sv", "Uppgifterna sparas i minst tio år.", [(10, "year", "keep_min", None)]),
    ("sv", "Efter 12 månaders inaktivitet tas kontot bort.", [(12, "month", "delete", "inaktivitet")]),
    ("sv", "När avtalet upphör raderas dina uppgifter inom 60 dagar.", [(60, "day", "delete", "avtalet upphör")]),
    (
        "sv",
        "Vi går igenom registret årligen och raderar det som inte behövs.",
        [(1, "year", "review_or_delete", "recurring")],
    ),
    ("sv", "Personuppgiftsincidenter anmäls till myndigheten inom 72 timmar.", [(72, "hour", "notify", None)]),
    ("sv", "Tjänsten riktar sig inte till barn under 16 år.", []),
    ("sv", "Vi har över 25 års erfarenhet.", []),
    ("sv", "Uppgifterna avidentifieras efter tre år.", [(3, "year", "anonymise", None)]),
    (
        "sv",
        "Uppgifterna sparas till och med det sjunde året efter utgången av kalenderåret.",
        [(7, "year", "keep", "utgången")],
    ),
    ("sv", "Bilder behålls i upp till fem år från publiceringen.", [(5, "year", "keep_max", "publiceringen")]),
    (
        "sv",
        "Vi sparar dina uppgifter så länge du är kund och därefter i 36 månader.",
        [(36, "month", "keep", "du är kund")],
    ),
    ("sv", "Uppgifterna sparas inte längre än ett år efter evenemanget.", [(1, "year", "keep_max", "evenemanget")]),
    ("sv", "Medlemsavgiften är 200 kr per år.", []),
    (
        "en",
        "We keep your order for seven years after the end of the financial year.",
        [(7, "year", "keep", "end of the financial")],
    ),
    (
        "en",
        "Applications are deleted six months after the position is filled.",
        [(6, "month", "delete", "position is filled")],
    ),
    ("en", "We respond to requests within one month of receipt.", [(1, "month", "respond", "receipt")]),
    ("en", "Log files are retained for up to 90 days.", [(90, "day", "keep_max", None)]),
    (
        "en",
        "Accounting records must be stored for at least five years under the Bookkeeping Act.",
        [(5, "year", "keep_min", None)],
    ),
    (
        "en",
        "If your account is inactive for 24 months, we will anonymise it.",
        [(24, "month", "anonymise", "inactive")],
    ),
    ("en", "The cookie expires after 30 days.", [(30, "day", "cookie_expiry", None)]),
    ("en", "We review our records every six months.", [(6, "month", "review", "recurring")]),
    ("en", "We will notify the authority of a breach within 72 hours.", [(72, "hour", "notify", None)]),
    ("en", "Our service is not directed to children under 13 years of age.", []),
    ("en", "You must be at least 18 years old.", []),
    ("en", "For more than twenty years we have made tools.", []),
    ("en", "We have 15 years of experience.", []),
    (
        "en",
        "When you close your account, your data are erased within a month.",
        [(1, "month", "delete", "you close your account")],
    ),
    (
        "en",
        "After the contract ends we store your data for a year and a half.",
        [(1.5, "year", "keep", "contract ends")],
    ),
    ("en", "Backups are overwritten after thirty (30) days.", [(30, "day", "delete", None)]),
    ("en", "We will not keep your data for longer than two years.", [(2, "year", "keep_max", None)]),
    (
        "en",
        "Support tickets are removed 12 months after the case is closed.",
        [(12, "month", "delete", "case is closed")],
    ),
    ("en", "Data is stored for 12 months and then deleted.", [(12, "month", "keep", None)]),
    ("en", "You pay a fee of 10 euros per month.", []),
    ("en", "We give you 30 days notice before changes take effect.", [(30, "day", "notify", "before changes")]),
    (
        "en",
        "Recordings are deleted after 14 days unless an incident must be investigated.",
        [(14, "day", "delete", None)],
    ),
    (
        "en",
        "We retain your data for 3 years from the date of your last login.",
        [(3, "year", "keep", "date of your last")],
    ),
    (
        "en",
        "Personal data is kept for 10 years following termination of employment.",
        [(10, "year", "keep", "termination")],
    ),
    (
        "en",
        "We may extend this period by two further months where requests are complex.",
        [(2, "month", "respond", "request")],
    ),
    ("en", "Deleted accounts are purged from our backups within 90 days.", [(90, "day", "delete", None)]),
    ("en", "The retention period is 5 years.", [(5, "year", "keep", None)]),
    (
        "nb",
        "Vi lagrer data om deg så lenge kundeforholdet varer, og i inntil 12 måneder etter at det er avsluttet.",
        [(12, "month", "keep_max", "avsluttet")],
    ),
    ("nb", "E-post slettes fortløpende, senest etter ett år.", [(1, "year", "delete", None)]),
    (
        "nb",
        "CV og søknad slettes innen 3 mnd. etter at stillingen er besatt.",
        [(3, "month", "delete", "stillingen er besatt")],
    ),
    ("nb", "Lenken er gyldig i 24 timer.", [(24, "hour", "other_limit", None)]),
    ("nb", "Du kan be om gratis innsyn én gang i året.", []),
    (
        "nb",
        "Vi oppbevarer lønnsbilag i 5 år, og personalmapper i 3 måneder etter fratredelse.",
        [(5, "year", "keep", None), (3, "month", "keep", "fratredelse")],
    ),
    ("nb", "Sletting skjer 12 måneder etter siste aktivitet.", [(12, "month", "delete", "siste aktivitet")]),
    ("nb", "Vi gjennomgår behovet for sletting hvert halvår.", [(6, "month", "review_or_delete", "recurring")]),
    (
        "nb",
        "Vi vil behandle forespørselen uten ugrunnet opphold og senest innen én måned.",
        [(1, "month", "respond", "foresp")],
    ),
    ("nb", "Etter 3 måneder vil opptakene bli slettet.", [(3, "month", "delete", None)]),
    ("nb", "Loggene roteres etter 14 dager.", [(14, "day", "delete", None)]),
    ("nb", "Dersom du ikke har logget inn på to år, sletter vi kontoen.", [(2, "year", "delete", "logget inn")]),
    ("nb", "Minimum fem og maksimum ti år lagres dokumentene.", [(10, "year", "keep_max", None)]),
    ("nb", "Kundedata lagres i 3-5 år.", [(5, "year", "keep_max", None)]),
    (
        "nb",
        "Mistanke om hvitvasking: dokumentene oppbevares i 5 år, jf. hvitvaskingsloven § 35.",
        [(5, "year", "keep", None)],
    ),
    ("nb", "Vi har siden 1998 levert tjenester, og i 25 år har kundene stolt på oss.", []),
    ("nb", "Møtet varer i to timer.", []),
    ("nb", "Du har 14 dagers angrerett.", []),
    ("nb", "Opplysningene lagres i 30 dager fra mottak.", [(30, "day", "keep", "fra mottak")]),
    ("nb", "Vi fjerner dataene fra våre systemer innen 30 dager.", [(30, "day", "delete", None)]),
    ("nb", "Så lenge du er medlem, og deretter i to år, lagrer vi navnet ditt.", [(2, "year", "keep", "du er medlem")]),
    ("nb", "Garantien gjelder i fem år.", []),
    ("nb", "Loggdata lagres i én måned (30 dager).", [(1, "month", "keep", None)]),
    (
        "nb",
        "Bilder fra arrangementet lagres i opptil 10 år fra publisering.",
        [(10, "year", "keep_max", "publisering")],
    ),
    (
        "nb",
        "Kontaktskjema: henvendelsen slettes når saken er løst, og senest etter seks måneder.",
        [(6, "month", "delete", "saken er løst")],
    ),
    ("nn", "Så lenge du er kunde og i tre år etter det lagrar vi opplysningane.", [(3, "year", "keep", "")]),
    (
        "nn",
        "Vi slettar søknaden seinast tolv månader etter at tilsetjinga er ferdig.",
        [(12, "month", "delete", "tilsetjinga")],
    ),
    ("nn", "Lønsbilag blir oppbevarte i fem år etter bokføringslova.", [(5, "year", "keep", None)]),
    ("nn", "Vi svarar deg så snart vi kan, og seinast innan éin månad.", [(1, "month", "respond", None)]),
    ("nn", "I meir enn ti år har vi hjelpt bønder.", []),
    ("nn", "Opplysningane vert oppbevarte i halvtanna år.", [(1.5, "year", "keep", None)]),
    (
        "nn",
        "Dersom du ikkje har logga inn på 24 månader, blir brukaren sletta.",
        [(24, "month", "delete", "logga inn")],
    ),
    ("nn", "Informasjonskapselen har ei levetid på to veker.", [(2, "week", "cookie_expiry", None)]),
    ("nn", "Registeret blir gjennomgått to gonger i året.", []),
    ("nn", "Opptak av møte blir sletta etter eit halvt år.", [(0.5, "year", "delete", None)]),
    ("da", "Vi gemmer bilag i indeværende år plus 5 år.", [(5, "year", "keep", None)]),
    (
        "da",
        "Oplysninger slettes, når de ikke længere er nødvendige, dog senest 3 år efter sidste kontakt.",
        [(3, "year", "delete", "sidste kontakt")],
    ),
    ("da", "Vi vender tilbage inden for 14 dage.", [(14, "day", "respond", None)]),
    ("da", "Du får svar inden for 4 uger fra modtagelsen af din henvendelse.", [(4, "week", "respond", "modtagelsen")]),
    ("da", "Din ansøgning gemmes i 6 måneder, medmindre du samtykker til længere tid.", [(6, "month", "keep", None)]),
    (
        "da",
        "Så længe du er medlem og i 12 måneder derefter opbevarer vi dine oplysninger.",
        [(12, "month", "keep", "du er medlem")],
    ),
    ("da", "Billeder slettes efter 3-5 år.", [(5, "year", "delete", None)]),
    ("da", "Hvis du ikke har været aktiv i 12 måneder, sletter vi din profil.", [(12, "month", "delete", "aktiv")]),
    ("da", "Kurset varer 10 uger.", []),
    ("da", "Garantien dækker i 2 år.", []),
    ("da", "Vi har 25 års erfaring med børn.", []),
    ("da", "Kontoret er åbent 5 dage om ugen.", []),
    ("da", "Lønoplysninger: 5 år efter fratræden.", [(5, "year", "keep", "fratræden")]),
    ("da", "Optagelser fra tv-overvågning opbevares i højst 30 dage.", [(30, "day", "keep_max", None)]),
    (
        "da",
        "Vi opbevarer deltagerlister i 5 år fra kursets afslutning efter folkeoplysningsloven.",
        [(5, "year", "keep", "kursets afslutning")],
    ),
    (
        "da",
        "Vi skal svare dig senest en måned efter, at vi har modtaget anmodningen.",
        [(1, "month", "respond", "modtaget anmodningen")],
    ),
    ("sv", "Kundkonto: 24 månader från senaste inloggning.", [(24, "month", "keep", "senaste inloggning")]),
    ("sv", "Uppgifterna gallras var sjätte månad.", [(6, "month", "delete", "recurring")]),
    (
        "sv",
        "Vi sparar uppgifterna så länge du är kund och därefter i 36 månader.",
        [(36, "month", "keep", "du är kund")],
    ),
    ("sv", "Vi svarar inom 30 dagar från det att vi mottagit din begäran.", [(30, "day", "respond", "mottagit")]),
    ("sv", "Uppgifterna lagras under en period av fem år.", [(5, "year", "keep", None)]),
    ("sv", "Enligt bokföringslagen måste vi spara underlag i 7 år.", [(7, "year", "keep", None)]),
    ("sv", "Om du inte har loggat in på två år raderar vi kontot.", [(2, "year", "delete", "loggat in")]),
    ("sv", "Inspelningar sparas i 14 dygn.", [(14, "day", "keep", None)]),
    ("sv", "Föreningen har funnits i 100 år.", []),
    ("sv", "Vårdnadshavare måste samtycka för barn som är yngre än 13 år.", []),
    ("sv", "Betalning ska ske inom 30 dagar.", []),
    ("sv", "Rättelse görs senast 10 arbetsdagar efter begäran.", [(10, "day", "respond", "begäran")]),
    (
        "sv",
        "Uppgifterna tas bort senast tre månader efter att lotteriet avslutats.",
        [(3, "month", "delete", "lotteriet avslutats")],
    ),
    (
        "sv",
        "Leverantörsuppgifter sparas i ett år efter avtalets upphörande.",
        [(1, "year", "keep", "avtalets upphörande")],
    ),
    ("sv", "Kakan sparas i ett år.", [(1, "year", "cookie_expiry", None)]),
    (
        "en",
        "We store it for as long as your account is active and for 6 months thereafter.",
        [(6, "month", "keep", "account is active")],
    ),
    ("en", "We will answer within 30 days of your request.", [(30, "day", "respond", "request")]),
    ("en", "Data are kept for a period of five years.", [(5, "year", "keep", None)]),
    ("en", "Persistent cookies remain on your device for up to 2 years.", [(2, "year", "cookie_expiry", None)]),
    ("en", "If you do not log in for 18 months, your profile is deleted.", [(18, "month", "delete", "log")]),
    ("en", "In the past 12 months we have shared categories of data.", []),
    (
        "en",
        "Authorities are told no later than 72 hours after we become aware of a breach.",
        [(72, "hour", "notify", "aware of a breach")],
    ),
    ("en", "We keep CCTV recordings for between 7 and 30 days.", [(30, "day", "keep_max", None)]),
    (
        "en",
        "Invoices: seven years from the end of the accounting period.",
        [(7, "year", "keep", "end of the accounting")],
    ),
    ("en", "Our opening hours are 9 to 5, five days a week.", []),
    (
        "en",
        "We will erase your data without undue delay and at the latest within one month.",
        [(1, "month", "delete", None)],
    ),
    ("en", "Data is deleted three years after your membership ends.", [(3, "year", "delete", "membership ends")]),
    (
        "en",
        "Contracts are stored for ten years after expiry, and e-mails for two years.",
        [(10, "year", "keep", "expiry"), (2, "year", "keep", None)],
    ),
    ("en", "Personal data are never kept for more than 6 months.", [(6, "month", "keep_max", None)]),
    ("en", "Applicant data is held for a maximum of twelve months.", [(12, "month", "keep_max", None)]),
    ("en", "We delete unconfirmed sign-ups after 48 hours.", [(48, "hour", "delete", None)]),
    ("en", "The warranty lasts for two years.", []),
    ("en", "We were founded 30 years ago.", []),
    ("nn", "Kamerabileta blir sletta etter 30 dagar.", [(30, "day", "delete", None)]),
    (
        "nn",
        "Vi varslar tilsynet om brot på personopplysningstryggleiken innan 72 timar.",
        [(72, "hour", "notify", None)],
    ),
    ("nn", "Etter avslutta medlemskap lagrar vi namnet ditt i fem år.", [(5, "year", "keep", "avslutta medlemskap")]),
]
"""Language, sentence, and for each promise value, unit, action and some words of its trigger."""


@pytest.mark.parametrize(("language", "sentence", "promised"), CASES)
def test_a_sentence_promises_a_time(
    language: Language, sentence: str, promised: list[tuple[float, str, str, str | None]]
) -> None:
    found = durations([_sentence(sentence)], language)
    assert [(one.value, one.unit, one.action) for one in found] == [wanted[:3] for wanted in promised]
    for one, (*_, trigger) in zip(found, promised, strict=True):
        assert (one.trigger is None) == (trigger is None), one.trigger
        assert (trigger or "").lower() in (one.trigger or "").lower()
        assert one.segment == 0
        assert 0 <= one.start < one.end <= len(sentence)


def test_an_item_keeps_what_its_lead_in_says() -> None:
    lead_in = Segment(start=0, end=17, text="Vi lagrer disse:", role="lead_in", block=0)
    item = Segment(start=18, end=40, text="Fakturaer, fem år", role="item", block=1, lead_in=0)
    assert [(one.value, one.action) for one in durations([lead_in, item], "nb")] == [(5.0, "keep")]


def test_a_row_of_a_table_of_cookies_tells_when_the_cookie_expires() -> None:
    heading = Segment(start=0, end=7, text="Cookies", role="heading", block=0)
    row = Segment(start=8, end=40, text="| _ab | statistik | 2 år |", role="item", block=1, headings=(0,))
    (found,) = durations([heading, row], "sv")
    assert (found.value, found.unit, found.action, found.data) == (2.0, "year", "cookie_expiry", "_ab")


@pytest.mark.parametrize(
    ("above", "entry", "action"),
    [
        ("Informasjonskapsler", "Varighet: 30 dager", "cookie_expiry"),
        ("Cookies", "lang (språk): 1 år", "cookie_expiry"),
        ("Lagringstid", "Fakturaer: inntil 5 år", "keep_max"),
        ("Opbevaring", "Ansøgninger: 6 måneder", "keep"),
    ],
)
def test_an_entry_is_read_in_the_light_of_its_heading(above: str, entry: str, action: str) -> None:
    heading = Segment(start=0, end=len(above), text=above, role="heading", block=0)
    item = Segment(start=50, end=50 + len(entry), text=entry, role="item", block=1, headings=(0,))
    assert [one.action for one in durations([heading, item], "nb")] == [action]


def test_a_row_is_read_in_the_light_of_the_head_of_its_table() -> None:
    head = Segment(start=0, end=24, text="| Uppgifter | Gallring |", role="sentence", block=0)
    row = Segment(start=25, end=47, text="| Ansökningar | 2 år |", role="item", block=0)
    (found,) = durations([head, row], "sv")
    assert (found.action, found.data) == ("delete", "Ansökningar")


@pytest.mark.parametrize(
    "text", ["Vi lagrer varer fem dager i uken.", "Firmaet, som lagrer ost, ble stiftet for 30 år siden."]
)
def test_how_often_and_how_long_ago_are_no_promises(text: str) -> None:
    assert not durations([_sentence(text)], "nb")


def test_a_heading_promises_nothing() -> None:
    assert not durations([Segment(start=0, end=22, text="Sletting etter ti år", role="heading", block=0)], "nb")


def test_the_act_that_asks_for_a_time_is_named() -> None:
    (found,) = durations([_sentence("Underlag sparas i sju år enligt bokföringslagen.")], "sv")
    assert (found.law, found.data) == ("bokföringslagen", "Underlag")


def test_the_kinds_of_a_sentence_decide_where_no_word_does() -> None:
    bare = _sentence("For ansatte er det 3 år.")
    assert not durations([bare], "nb", [frozenset({"data_subject"})])
    assert [one.action for one in durations([bare], "nb", [frozenset({"retention"})])] == ["keep"]


def _sentence(text: str) -> Segment:
    return Segment(start=0, end=len(text), text=text, role="sentence", block=0)
