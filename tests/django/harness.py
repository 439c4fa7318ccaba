"""A Django program with one view that runs a claim's handler, and the runner of the claims."""

import logging
import tempfile
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

SIGNED = "django.contrib.sessions.backends.signed_cookies"
DATABASE = "django.contrib.sessions.backends.db"
FILES = "django.contrib.sessions.backends.file"
CACHE = "django.contrib.sessions.backends.cache"
NAME = "sessionid"
PAGES = Path(__file__).resolve().parents[2] / "docs"

session_files = tempfile.TemporaryDirectory()
settings.configure(
    SECRET_KEY="django-insecure-of-the-facts",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    SESSION_ENGINE=SIGNED,
    SESSION_FILE_PATH=session_files.name,
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core import signing  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

current = SimpleNamespace()


def view(request):
    current.result = current.handler(request)
    return HttpResponse(status=current.status, headers=current.headers)


urlpatterns = [path("", view)]


@dataclass
class Response:
    """What the browser received, and what the handler returned."""

    http: HttpResponse
    result: object

    @property
    def cookie(self):
        return self.http.cookies.get(NAME)

    @property
    def token(self):
        assert self.cookie and self.cookie.value, "no cookie was set"
        return self.cookie.value

    @property
    def max_age(self):
        self.token
        return self.cookie["max-age"]

    @property
    def vary(self):
        return self.http.headers.get("Vary")

    def sets(self, data):
        assert data_in(self.token) == data, data_in(self.token)

    def deletes(self):
        assert self.cookie is not None, "nothing was sent"
        assert (self.cookie.value, self.cookie["max-age"]) == ("", 0), self.cookie

    def sends_nothing(self):
        assert self.cookie is None, self.cookie


def request_of(handler, cookie=None, status=200, *, headers=None, header=None, **overrides):
    """Sends one request with that cookie to a handler. `overrides` are settings; an exception of
    the handler is an exception here."""
    current.__dict__.update(handler=handler, status=status, headers=headers or {}, result=None)
    name = overrides.get("SESSION_COOKIE_NAME", NAME)
    if header is None and cookie is not None:
        header = f"{name}={cookie}"
    with override_settings(**overrides):
        http = Client().get("/", headers={} if header is None else {"cookie": header})
    return Response(http, current.result)


def request(handler, *cookie_and_status, **rest):
    """The same, for a handler that takes the session."""
    return request_of(lambda r: handler(r.session), *cookie_and_status, **rest)


def data_in(token):
    return signing.loads(token, salt=SIGNED)


def token_of(**data):
    """The cookie of a session with that data."""
    return request(puts(**data)).token


# Handlers


def untouched(_session):
    """Does not look at the session."""


def look(session):
    return dict(session.items())


def puts(**data):
    return lambda session: session.update(data)


def expires(value):
    """Puts something in, and sets when it expires."""

    def handler(session):
        session["theme"] = "dark"
        session.set_expiry(value)

    return handler


def logs_in(name):
    backend = "django.contrib.auth.backends.ModelBackend"
    return lambda request: login(request, user(name), backend=backend)


def user(name):
    users = get_user_model().objects
    return users.filter(username=name).first() or users.create_user(name)


# Around a claim


@contextmanager
def at(seconds):
    """Sets the clock that Django signs by and the one that it counts expiries from."""
    instant = datetime.fromtimestamp(seconds, timezone.utc)
    with patch("time.time", lambda: seconds), patch("django.utils.timezone.now", lambda: instant):
        yield


@contextmanager
def log():
    """Collects every line that Django logs, as (logger, message)."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append((record.name, record.getMessage()))
    logger = logging.getLogger("django")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def raises(kind, action):
    try:
        action()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


# The runner

claims = []


def claim(cell):
    """Marks a test as the proof of a cell of the page."""

    def add(test):
        claims.append((cell, test))
        return test

    return add


def cells():
    """The first cell of every row of the page's tables whose heading begins with "Django 5.2"."""
    of_django = False
    for line in (PAGES / "sessions.md").read_text(encoding="utf-8").splitlines():
        of_django = line.startswith("| Django 5.2 |") or (of_django and line.startswith("|"))
        cell = line.removeprefix("|").split(" | ")[0].strip()
        if of_django and not cell.startswith(("Django 5.2", "---", "—")):
            yield cell


def unmatched():
    """Rows of the page without a claim, and claims without a row."""
    rows, claimed = list(cells()), [cell for cell, _ in claims if not cell.startswith("docs/")]
    yield from (f"row without a claim: {row}" for row in rows if row not in claimed)
    yield from (f"claim without a row: {cell}" for cell in claimed if cell not in rows)


def quiet_console():
    """Leaves what Django logs to `log`."""
    logging.getLogger("django").handlers.clear()
    logging.getLogger("django").addHandler(logging.NullHandler())


def main():
    """Runs every claim; true if all are right and every row has one."""
    quiet_console()
    call_command("migrate", verbosity=0, interactive=False)
    failed = []
    for cell, test in claims:
        try:
            test()
            print(f"ok     {cell}")
        except Exception:
            failed.append(cell)
            print(f"FAILED {cell}", traceback.format_exc(), sep="\n")
    without = list(unmatched())
    for line in without:
        print(f"FAILED {line}")
    passed, wrong = len(claims) - len(failed), len(failed) + len(without)
    print(f"{passed} passed, {wrong} failed (Django {django.get_version()})")
    return not wrong
