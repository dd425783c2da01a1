"""A person and those who answer, side by side: access, a correction, an erasure, what stays, and answering back."""

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.browser.conftest import Served
from tests.browser.test_portal import enter
from tests.browser.test_staff import PASSWORD, begin, with_app


def ask(page: Any, served: Served, wanted: str) -> int:
    """Ask for something; return the request's number."""
    page.goto(f"{served.address}/en/mine/new/{wanted}/")
    if wanted == "rectification":
        page.locator("select[name=category]").select_option("contact.phone")
        page.locator("input[name=old]").fill("22334455")
        page.locator("input[name=new]").fill("90909090")
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/mine/\d+/$"))
    return int(page.url.rstrip("/").rpartition("/")[2])


def answer(staff: Any, served: Served, number: int) -> None:
    """Answer a request in the back office."""
    staff.goto(f"{served.address}/en/office/{number}/")
    if staff.locator("a[href$='/erase/']").count():
        staff.locator("a[href$='/erase/']").click()
        if "reauthenticate" in staff.url:
            staff.locator("input[name=password]").fill(PASSWORD)
            staff.locator("main form button").first.click()
        staff.wait_for_url("**/erase/")
        for tick in staff.locator("form.sure input[type=checkbox]").all():
            tick.check()
        staff.locator("form.sure .buttons button").click()
    else:
        staff.locator("form[action$='/answer/'] button").click()
    staff.wait_for_url(f"**/office/{number}/")
    assert "answered" in staff.locator("main").inner_text().lower()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_and_the_staff_from_the_question_to_the_answer_back(
    browser: Any, served: Served, scripts: bool
) -> None:
    office = browser.new_context(locale="en")
    staff = office.new_page()
    begin(staff, served)
    with_app(staff)
    outside = browser.new_context(java_script_enabled=scripts)
    page = outside.new_page()
    enter(page, served)

    number = ask(page, served, "access")
    answer(staff, served, number)
    page.goto(f"{served.address}/en/mine/{number}/")
    page.get_by_role("link", name="Read the answer").click()
    read = page.locator("body").inner_text()
    assert "Ida Nord" in read
    assert "22334455" in read
    assert "Ola" not in read
    assert "Datatilsynet" in read

    number = ask(page, served, "rectification")
    answer(staff, served, number)
    number = ask(page, served, "access")
    answer(staff, served, number)
    page.goto(f"{served.address}/en/mine/{number}/answer/")
    assert "90909090" in page.locator("body").inner_text()
    assert "22334455" not in page.locator("body").inner_text()

    profiles = (
        "INSERT INTO interest_profiles (person_id, topics, created_on) VALUES "
        "(1, 'kurs', date('now')), (2, 'hjelmer', date('now'))"
    )
    with closing(sqlite3.connect(served.folder / "register.db")) as register, register:
        register.execute(profiles)
    number = ask(page, served, "erasure")
    answer(staff, served, number)
    page.goto(f"{served.address}/en/mine/{number}/answer/")
    told = page.locator("body").inner_text()
    assert "article 17" in told.lower()
    assert "Ida Nord" in told, "what stays, and until when"
    assert "kurs" not in told
    with closing(sqlite3.connect(served.folder / "register.db")) as register:
        assert register.execute("SELECT topics FROM interest_profiles").fetchall() == [("hjelmer",)]

    page.goto(f"{served.address}/en/mine/{number}/")
    page.locator("textarea[name=words]").fill("Something is still there.")
    page.locator("form[action$='/back/'] button").click()
    page.wait_for_url(f"**/mine/{number}/")
    staff.goto(f"{served.address}/en/office/{number}/")
    assert "Something is still there." in staff.locator("main").inner_text()
    office.close()
    outside.close()
