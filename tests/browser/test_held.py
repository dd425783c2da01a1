"""What is held, seen and put right by the person in a real browser; contacts that staff look at again."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from holdord.policy.terms import LANGUAGES
from tests.browser.conftest import Served, serving
from tests.browser.looks import SMALL, barriers, sideways
from tests.browser.test_office import press, signed_in, tab_to
from tests.browser.test_portal import enter

PROFILE = "mine/held/interest_profile/"


def profiled(served: Served) -> None:
    """Let Ida have a profile, with what lies behind it."""
    with closing(sqlite3.connect(served.folder / "register.db")) as connection:
        connection.executescript(
            """
            INSERT INTO interest_profiles (id, person_id, topics, created_on)
            VALUES (1, 1, 'kurs, maling, dyser', date('now'));
            INSERT INTO web_events (profile_id, page, action, occurred_at)
            VALUES (1, '/kurs', 'click', datetime('now'));
            """
        )


def topics(served: Served) -> list[str]:
    with closing(sqlite3.connect(served.folder / "register.db")) as connection:
        return [row[0] for row in connection.execute("SELECT topics FROM interest_profiles")]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_topic_is_dropped_and_the_consent_taken_back_with_the_keyboard_alone(
    browser: Any, served: Served, scripts: bool
) -> None:
    profiled(served)
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    enter(page, served)
    page.goto(f"{served.address}/en/{PROFILE}")
    assert "/kurs" in page.locator("main").inner_text()
    line = page.locator("dt", has_text="Topics").locator("xpath=..")
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    line.get_by_role("button", name="Drop maling").focus()
    press(page)
    assert "It is done." in page.locator("[role=status]").inner_text()
    assert topics(served) == ["kurs, dyser"]
    page.get_by_role("button", name="Take back my consent").focus()
    press(page)
    assert topics(served) == []
    page.goto(f"{served.address}/en/{PROFILE}")
    assert "We hold nothing here." in page.locator("main").inner_text()
    context.close()


def test_what_is_held_is_free_of_barriers_in_every_language(browser: Any, served: Served) -> None:
    profiled(served)
    wrong = []
    for scheme in ("light", "dark"):
        context = browser.new_context(bypass_csp=True, viewport=SMALL, color_scheme=scheme)
        page = context.new_page()
        enter(page, served)
        for language in LANGUAGES:
            for path in ("mine/held/", PROFILE):
                page.goto(f"{served.address}/{language}/{path}")
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                wrong += [f"{scheme} /{language}/{path} {one}" for one in barriers(page)]
                if (over := sideways(page)) > 0:
                    wrong.append(f"/{language}/{path} is {over} px too wide")
        context.close()
    assert wrong == []


def test_staff_look_at_contacts_again_without_a_barrier_and_by_keyboard(browser: Any, tmp_path: Path) -> None:
    with serving("clienti", tmp_path) as served:
        with closing(sqlite3.connect(served.folder / "register.db")) as connection:
            connection.execute(
                "INSERT INTO relations (person_id, kind, started_on) VALUES (1, 'prospect', date('now', '-400 days'))"
            )
            connection.commit()
        page = signed_in(browser, served, bypass_csp=True, viewport=SMALL)
        wrong = []
        for language in LANGUAGES:
            page.goto(f"{served.address}/{language}/office/reviews/contacts/")
            assert page.locator(".case").count() == 1
            wrong += [f"{language} {one}" for one in barriers(page)]
            if (over := sideways(page)) > 0:
                wrong.append(f"{language} is {over} px too wide")
        assert wrong == []
        page.goto(f"{served.address}/en/office/reviews/contacts/")
        tab_to(page, ".near button")
        press(page)
        assert "Nobody waits to be looked at again." in page.locator("main").inner_text()
        page.context.close()
