"""holdord.toml and the environment: unknown keys are refused, and a password is never shown."""

from pathlib import Path

import pytest

from holdord.config import FILE, Breaker, read
from holdord.errors import ConfigError, HoldordError
from holdord.stores.database import connect

SECRET = "hunter-2-secret"


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path, {})
    assert settings.store_url == f"sqlite:///{(tmp_path / 'register.db').resolve()}"
    assert (settings.key, settings.every_days, settings.pause_days) == (tmp_path / "ledger.key", 1, 31)


def test_relative_files_lie_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[store]\nurl = "sqlite:///data/r.db"\n[ledger]\nkey = "keys/k"\n')
    settings = read(tmp_path, {})
    assert settings.store_url == f"sqlite:///{(tmp_path / 'data' / 'r.db').resolve()}"
    assert settings.key == tmp_path / "keys" / "k"


def test_what_makes_keep_ask_first_can_be_said(tmp_path: Path) -> None:
    assert read(tmp_path, {}).breaker == Breaker(share=0.2, times=10, rows=100)
    assert read(tmp_path, {}).approval_days == 14
    (tmp_path / FILE).write_text("[breaker]\nshare = 1\nrows = 5\n[approval]\ndays = 30\n")
    settings = read(tmp_path, {})
    assert (settings.breaker, settings.approval_days) == (Breaker(share=1, times=10, rows=5), 30)


def test_roles_are_given_the_purposes_that_they_serve(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[staff]\nsales = ["offers", "delivery"]\n')
    assert read(tmp_path, {}).serves == {"sales": ("offers", "delivery")}


def test_a_mail_server_has_tls_and_its_password_is_not_shown(tmp_path: Path) -> None:
    assert read(tmp_path, {}).mail is None
    (tmp_path / FILE).write_text("[mail]\nhost = 'smtp.x.example'\nfrom = 'a@x.example'\npassword_file = 'p'\n")
    mail = read(tmp_path, {"HOLDORD_MAIL_PASSWORD": SECRET}).mail
    assert mail is not None
    assert (mail.port, mail.tls, mail.reply_to) == (587, "starttls", "a@x.example")
    assert (mail.password, mail.password_file) == (SECRET, tmp_path / "p")
    assert SECRET not in repr(mail) + repr(read(tmp_path, {"HOLDORD_MAIL_PASSWORD": SECRET}))


def test_absolute_files_and_other_databases_stay_as_they_are(tmp_path: Path) -> None:
    for url in ("sqlite:////srv/r.db", "postgresql://h/db"):
        (tmp_path / FILE).write_text(f'[store]\nurl = "{url}"\n[ledger]\nkey = "/srv/k"\n')
        settings = read(tmp_path, {})
        assert settings.store_url == url
        assert settings.key == Path("/srv/k")


def test_the_environment_takes_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[store]\nurl = "sqlite:///a.db"\n')
    url = f"postgresql://holdord:{SECRET}@db.example/register"
    assert read(tmp_path, {"HOLDORD_STORE": url}).store_url == url
    assert read(tmp_path, {"HOLDORD_STORE": ""}).store_url.endswith("a.db")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[shop]\n",
            "The section 'shop' is unknown. Known: store, state, ledger, sweep, breaker, approval, requests, staff, "
            "worker, portal, identity, web, mail.",
        ),
        ("store = 1\n", "The section 'store' is unknown."),
        ("[store]\nuri = 'x'\n", "store.uri: The key 'uri' is unknown. Known: url, receipts."),
        ("[store]\nurl = 3\n", "store.url: This should be text."),
        ("[sweep]\nevery_days = 0\n", "sweep.every_days: This should be a whole number of days"),
        ("[sweep]\nevery_days = true\n", "sweep.every_days"),
        ("[sweep]\npause_days = 1.5\n", "sweep.pause_days"),
        ("[sweep]\npause_days = '31'\n", "sweep.pause_days"),
        ("[breaker]\nshare = 0\n", "breaker.share: This should be a number above 0 and up to 1."),
        ("[breaker]\nshare = 1.1\n", "breaker.share"),
        ("[breaker]\nshare = true\n", "breaker.share"),
        ("[breaker]\nshare = nan\n", "breaker.share"),
        ("[breaker]\ntimes = 0\n", "breaker.times: This should be a whole number, 1 to 1000000000."),
        ("[breaker]\nrows = -1\n", "breaker.rows"),
        ("[approval]\ndays = 0\n", "approval.days"),
        ("[requests]\ndays = 0\n", "requests.days"),
        ("[requests]\nstaff = 'a@x.example, b@x.example'\n", "requests.staff: This should be one e-mail address."),
        ("[staff]\nsales = 'offers'\n", "staff.sales: This should be a list of names in quotes."),
        ("[staff]\nsales = [1]\n", "staff.sales"),
        ("[staff]\nauditor = ['offers']\n", "staff.auditor: The key 'auditor' is unknown. Known: sales, accounts."),
        ("[portal]\naddress = 'http://privacy.example'\n", "portal.address"),
        ("[mail]\nfrom = 'a@x.example'\n", "mail.host"),
        ("[mail]\nhost = 'x'\n", "mail.from"),
        ("[mail]\nhost = 'x'\nfrom = 'a@x.example'\ntls = 'none'\n", "mail.tls: Without TLS"),
        ("[mail]\nhost = 'x'\nfrom = 'a@x.example'\ntls = 'ssl'\n", "one of starttls, implicit, none"),
        ("[mail]\nhost = 'x'\nfrom = 'a@x.example'\nport = 0\n", "mail.port"),
        ("[mail]\nhost = 'x'\nfrom = \"a@x.example\\nBcc: b@x.example\"\n", "mail.from"),
        ("[store\n", "no TOML"),
        ("url = \n", "no TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, {})
    assert said in str(caught.value)
    assert FILE in str(caught.value)


def test_every_mistake_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[store]\nuri = 'x'\n[sweep]\nevery_days = 0\n[more]\n")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, {})
    assert len(caught.value.problems) == 3


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError):
        read(tmp_path, {})


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(ConfigError):
        read(tmp_path, {})


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    settings = read(tmp_path, {"HOLDORD_STORE": f"postgresql://holdord:{SECRET}@db.example/register"})
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://holdord:{SECRET}@db.example/register",
        f"postgresql+nonsense://holdord:{SECRET}@db.example/register",
        f"postgresql://holdord:{SECRET}@db.example:notaport/register",
        f"holdord:{SECRET}@db.example/register",
        f"//{SECRET}",
        "",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(url)
    assert SECRET not in str(caught.value)


def test_another_driver_is_refused_with_the_url_to_write() -> None:
    with pytest.raises(ConfigError, match=r"postgresql\+psycopg2:// is not used; write postgresql://"):
        connect("postgresql+psycopg2://shop@localhost/shop")


def test_a_database_that_is_away_is_a_store_error_without_the_password(tmp_path: Path) -> None:
    from holdord.stores.register.migrate import upgrade

    engine = connect(f"postgresql://holdord:{SECRET}@127.0.0.1:1/register?connect_timeout=2")
    with pytest.raises(HoldordError) as caught:
        upgrade(engine)
    engine.dispose()
    chain = []
    error: BaseException | None = caught.value
    while error is not None:
        chain.append(str(error))
        error = error.__cause__
    assert SECRET not in "\n".join([*chain, repr(engine)])
