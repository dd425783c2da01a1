"""Django, set up for one folder. Everything that a page may do and may not is said here.

Accounts are for staff alone; Django keeps them with the sessions in ``staff.db`` beside the policy, apart from the
data and the evidence. Cookies are those that a page cannot do without, so no page asks about them. Nothing is loaded
from elsewhere, no script and no style stands within a page (Content-Security-Policy), and no address is told to the
next site (Referrer-Policy).
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from csp.constants import NONE, SELF
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from holdord.config import STAFF, WEB_SECRET
from holdord.files import read_file, whole_file
from holdord.policy.terms import LANGUAGES
from holdord.run.folder import read_policy
from holdord.web.folder import Folder
from holdord.web.say import LANGUAGE_NAMES

_HERE = Path(__file__).parent
_SECRET_BYTES = 200


def set_up(path: Path, address: str) -> None:
    """Set Django up for a folder, once in a process.

    Args:
        path: The company's folder.
        address: Where people reach the pages: ``https://privacy.example``; ``http`` for this machine alone.
    """
    site = urlsplit(address)
    language = read_policy(path, quotes=False).told.language
    settings.configure(**_settings(path, address, site.hostname or "", language, secure=site.scheme == "https"))
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    (path / STAFF).chmod(0o600)


def secret_of(path: Path) -> str:
    """Return the secret that sessions are signed with; made at the first use."""
    file = path / WEB_SECRET
    if not file.exists():
        with whole_file(file, private=True) as half:
            half.write(secrets.token_urlsafe(64).encode())
    return read_file(file, limit=_SECRET_BYTES).decode()


def is_set_up() -> bool:
    """Tell whether this process serves a folder already."""
    return bool(settings.configured and apps.ready)


def _settings(path: Path, address: str, host: str, language: str, *, secure: bool) -> dict[str, Any]:
    return {
        "HOLDORD_FOLDER": Folder(path, address.rstrip("/")),
        "HOLDORD_ADDRESS": address.rstrip("/"),
        "SECRET_KEY": secret_of(path),
        "DEBUG": False,
        "ALLOWED_HOSTS": [host],
        "CSRF_TRUSTED_ORIGINS": [address.rstrip("/")],
        "ROOT_URLCONF": "holdord.web.urls",
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "django.forms",
            "allauth",
            "allauth.account",
            "allauth.mfa",
            "csp",
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "holdord.web.guard.guard",
            "csp.middleware.CSPMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [_HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "holdord.web.frame.frame",
                    ],
                    "libraries": {"say": "holdord.web.say"},
                    "builtins": ["holdord.web.say", "django.templatetags.static"],
                },
            }
        ],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": path / STAFF,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 10,
                    "init_command": "PRAGMA journal_mode=WAL;PRAGMA secure_delete=ON;",
                },
            }
        },
        "FORM_RENDERER": "holdord.web.forms.Renderer",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (("MinimumLengthValidator", {"min_length": 12}), ("CommonPasswordValidator", {}))
        ],
        "ACCOUNT_ADAPTER": "holdord.web.staff.adapter.Closed",
        "ACCOUNT_FORMS": {
            "login": "holdord.web.staff.forms.Login",
            "reauthenticate": "holdord.web.staff.forms.Reauthenticate",
            "change_password": "holdord.web.staff.forms.ChangePassword",
        },
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
        "MFA_ADAPTER": "holdord.web.staff.adapter.Second",
        "MFA_FORMS": {
            "authenticate": "holdord.web.staff.forms.Code",
            "reauthenticate": "holdord.web.staff.forms.CodeAgain",
            "activate_totp": "holdord.web.staff.forms.AddApp",
            "add_webauthn": "holdord.web.staff.forms.AddPasskey",
            "edit_webauthn": "holdord.web.staff.forms.RenamePasskey",
        },
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "holdord",
        "MFA_TOTP_TOLERANCE": 1,
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "office:requests",
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "SESSION_COOKIE_AGE": 8 * 3600,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "SECURE_HSTS_SECONDS": 31536000 if secure else 0,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": [NONE],
                "script-src": [SELF],
                "style-src": [SELF],
                "img-src": [SELF, "data:"],
                "font-src": [SELF],
                "connect-src": [SELF],
                "form-action": [SELF],
                "base-uri": [NONE],
                "frame-ancestors": [NONE],
            }
        },
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1 << 20,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "LANGUAGES": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "LANGUAGE_CODE": language,
        "LANGUAGE_COOKIE_NAME": "language",
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [_HERE / "static"],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "LOGGING_CONFIG": None,
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }
