"""Pages of a folder, asked by Django's client: no server, no network. Skipped where the web's packages are missing.

Django is set up once in a process and its models can only be imported then, so imports of them stand in functions.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the extra 'web' is not installed")

from django.test import Client, override_settings
from django.test.utils import setup_test_environment

from holdord.web.folder import Folder
from holdord.web.site import is_set_up, set_up
from tests.conftest import ROOT

Member = Callable[..., Client]
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""How passwords are kept here; in the tests with a real browser they are kept as everywhere else."""


def copied(example: str, to: Path) -> Path:
    """Copy an example's folder without what running it left there."""
    kinds = shutil.ignore_patterns("*.db*", "*.key", "*.pub", "__pycache__")
    shutil.copytree(ROOT / "examples" / example, to, ignore=kinds)
    return to


@pytest.fixture(scope="session")
def django(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Django, set up for a folder of its own."""
    if not is_set_up():
        set_up(copied("clemco-norge", tmp_path_factory.mktemp("site") / "clemco-norge"), "http://localhost")
        setup_test_environment()


@pytest.fixture
def site(django: None, empty_file: Path, tmp_path: Path) -> Iterator[Path]:
    """A fresh folder behind the pages, its register without rows; nobody has an account."""
    from django.contrib.auth.models import User

    folder = copied("clemco-norge", tmp_path / "clemco-norge")
    shutil.copy(empty_file, folder / "register.db")
    opened = Folder(folder, "http://localhost")
    User.objects.all().delete()
    with override_settings(HOLDORD_FOLDER=opened, PASSWORD_HASHERS=QUICK):
        yield folder
    opened.close()


@pytest.fixture
def visitor(site: Path) -> Client:
    """Somebody without an account."""
    return Client(HTTP_HOST="localhost")


@pytest.fixture
def member(site: Path) -> Member:
    """Makes somebody who has signed in with both factors: ``member("auditor", name="kari")``."""

    def make(role: str, name: str = "kari") -> Client:
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.models import Group, User

        user = User.objects.create_user(username=name, password="en lang setning")
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
        client = Client(HTTP_HOST="localhost")
        client.force_login(user)
        return client

    return make
