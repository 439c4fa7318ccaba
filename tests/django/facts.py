"""Tests the statements about Django in docs/sessions.md on Django itself. Run by scripts/django.

Each `@claim` names a cell of the page's first column and shows that it is true. Every such cell
needs a claim, so a row cannot be added or reworded without being tried.

The backend is `signed_cookies` unless a claim names another.
"""

import json
import re
import sys
import time
from datetime import datetime, timedelta, timezone

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends import db, signed_cookies
from django.core import signing
from django.http.cookie import parse_cookie
from django.test import override_settings
from django.utils.crypto import get_random_string

from harness import (
    CACHE,
    DATABASE,
    FILES,
    NAME,
    PAGES,
    SIGNED,
    at,
    claim,
    data_in,
    expires,
    log,
    logs_in,
    look,
    main,
    puts,
    raises,
    request,
    request_of,
    token_of,
    untouched,
    user,
)  # isort: skip

TWO_WEEKS = 14 * 86_400
NOW = 1_790_000_000

# Items


@claim("`session[key]` raises `KeyError` if the key is missing")
def _():
    def handler(session):
        raises(KeyError, lambda: session["none"])
        return session["theme"]

    assert request(handler, token_of(theme="dark")).result == "dark"


@claim("`session[key] = value`")
def _():
    def handler(session):
        session["theme"] = "dark"

    request(handler).sets({"theme": "dark"})


@claim("`del session[key]` raises `KeyError` if the key is missing")
def _():
    def handler(session):
        raises(KeyError, lambda: session.__delitem__("none"))
        assert not session.modified
        del session["theme"]

    request(handler, token_of(theme="dark", user=7)).sets({"user": 7})


@claim("`get(key, default)`")
def _():
    def handler(session):
        return session.get("theme"), session.get("none"), session.get("none", 3)

    response = request(handler, token_of(theme="dark"))
    assert response.result == ("dark", None, 3)
    response.sends_nothing()


@claim("`pop(key, default)`, `pop(key)`")
def _():
    def handler(session):
        raises(KeyError, lambda: session.pop("none"))
        assert session.pop("none", 3) == 3
        assert not session.modified, "a missing key changes nothing"
        return session.pop("theme")

    response = request(handler, token_of(theme="dark", user=7))
    assert response.result == "dark"
    response.sets({"user": 7})


@claim("`setdefault(key, value)`")
def _():
    def handler(session):
        assert session.setdefault("theme", "light") == "dark"
        assert not session.modified
        return session.setdefault("visits", 1)

    response = request(handler, token_of(theme="dark"))
    assert response.result == 1
    response.sets({"theme": "dark", "visits": 1})


@claim("`update(entries)`")
def _():
    response = request(lambda s: s.update({"b": 20, "c": 30}), token_of(a=1, b=2))
    response.sets({"a": 1, "b": 20, "c": 30})


@claim("`key in session`, `has_key(key)`")
def _():
    seen = request(lambda s: ("a" in s, s.has_key("a"), "b" in s, s.has_key("b")), token_of(a=1))
    assert seen.result == (True, True, False, False)


@claim("`keys()`, `values()`, `items()`, in the order of insertion; no `len(session)`")
def _():
    def handler(session):
        raises(TypeError, lambda: len(session))
        return list(session.keys()), list(session.values()), list(session.items())

    seen = request(handler, token_of(b=1, a=2))
    assert seen.result == (["b", "a"], [1, 2], [("b", 1), ("a", 2)])


@claim("a change inside a value is saved only after `session.modified = True`")
def _():
    def forgets(session):
        session["cart"].append(102)

    def remembers(session):
        session["cart"].append(102)
        session.modified = True

    request(forgets, token_of(cart=[101])).sends_nothing()
    request(remembers, token_of(cart=[101])).sets({"cart": [101, 102]})


@claim("`clear()`: removes the items, and the expiry with them")
def _():
    def handler(session):
        session.clear()
        session["theme"] = "light"
        return session.get_expiry_age()

    response = request(handler, request(expires(3600)).token)
    assert response.result == TWO_WEEKS
    assert response.max_age == TWO_WEEKS
    response.sets({"theme": "light"})


@claim("`is_empty()`: false if a cookie came, even without items")
def _():
    def handler(session):
        assert session.is_empty() is False
        session.clear()
        return session.is_empty()

    assert request(handler, token_of(theme="dark")).result is False
    assert request(lambda s: s.is_empty()).result is True


@claim("values are JSON: a `datetime` raises `TypeError`, keys become text")
def _():
    def writes(value):
        def handler(session):
            session["value"] = value

        return handler

    raises(TypeError, lambda: request(writes(datetime.now())))
    raises(TypeError, lambda: request(writes(b"bytes")))
    request(writes({1: "one"})).sets({"value": {"1": "one"}})


@claim("integers of any size")
def _():
    assert request(lambda s: s["large"], token_of(large=2**200)).result == 2**200


@claim("`aget`, `aset`, … for asynchronous views")
def _():
    async def handler(session):
        await session.aset("visits", await session.aget("visits") + 1)

    request(async_to_sync(handler), token_of(visits=1)).sets({"visits": 2})


# Log-in, log-out, ID


@claim("`session_key`: the whole cookie, which must not be logged")
def _():
    token = token_of(theme="dark")
    response = request(lambda s: s.session_key, token)
    assert response.result == token
    assert request(look, response.result).result == {"theme": "dark"}


@claim("`login()` keeps the data of the anonymous session")
def _():
    response = request_of(logs_in("ada"), token_of(cart=[101]))
    data = data_in(response.token)
    assert data["cart"] == [101]
    assert data["_auth_user_id"] == str(user("ada").pk)


@claim("`login()` of another user discards the data of the first")
def _():
    ada = request_of(logs_in("ada"), token_of(note="of Ada")).token
    data = data_in(request_of(logs_in("bob"), ada).token)
    assert "note" not in data and data["_auth_user_id"] == str(user("bob").pk)


@claim("`login()` of the same user again keeps data and key")
def _():
    keys = dict(SESSION_ENGINE=DATABASE)
    first = request_of(logs_in("ada"), **keys).token
    again = request_of(logs_in("ada"), first, **keys).token
    assert again == first
    ada = request_of(logs_in("ada"), token_of(note="of Ada")).token
    assert data_in(request_of(logs_in("ada"), ada).token)["note"] == "of Ada"


@claim("`cycle_key()`: keeps the data; the old cookie remains valid")
def _():
    old = token_of(theme="dark")
    with at(int(time.time()) + 60):
        new = request(lambda s: s.cycle_key(), old).token
    assert new != old and data_in(new) == {"theme": "dark"}
    assert request(look, old).result == {"theme": "dark"}
    in_database = dict(SESSION_ENGINE=DATABASE)
    old = request(puts(theme="dark"), **in_database).token
    new = request(lambda s: s.cycle_key(), old, **in_database).token
    assert request(look, new, **in_database).result == {"theme": "dark"}
    assert request(look, old, **in_database).result == {}


@claim("`cycle_key()` of an empty session sets a cookie that holds `{}`")
def _():
    request(lambda s: s.cycle_key()).sets({})
    for engine in (DATABASE, FILES, CACHE):
        response = request(lambda s: s.cycle_key(), SESSION_ENGINE=engine)
        assert request(look, response.token, SESSION_ENGINE=engine).result == {}


@claim("`logout()` and `flush()` delete the cookie")
def _():
    ada = request_of(logs_in("ada")).token
    request_of(logout, ada).deletes()
    response = request(lambda s: s.flush(), token_of(theme="dark"))
    response.deletes()
    assert response.vary == "Cookie"
    request(lambda s: s.flush()).sends_nothing()


@claim("a copy of the cookie is accepted after `flush()`")
def _():
    copy = token_of(theme="dark")
    request(lambda s: s.flush(), copy).deletes()
    assert request(look, copy).result == {"theme": "dark"}
    in_database = dict(SESSION_ENGINE=DATABASE)
    copy = request(puts(theme="dark"), **in_database).token
    request(lambda s: s.flush(), copy, **in_database).deletes()
    assert request(look, copy, **in_database).result == {}


@claim("`flush()`, then an item: a new session")
def _():
    def handler(session):
        session.flush()
        session["theme"] = "light"

    request(handler, token_of(user=7)).sets({"theme": "light"})
    in_database = dict(SESSION_ENGINE=DATABASE)
    old = request(puts(user=7), **in_database).token
    assert request(handler, old, **in_database).token != old


# Expiry


@claim("`set_expiry(seconds)` counts from every save")
def _():
    with at(NOW):
        first = request(expires(3600))
        assert first.max_age == 3600
    with at(NOW + 1800):
        again = request(puts(visits=1), first.token)
        assert again.max_age == 3600


@claim("`set_expiry(datetime)`, `set_expiry(timedelta)`: a fixed instant")
def _():
    instant = datetime.fromtimestamp(NOW + 3600, timezone.utc)
    for value in (instant, timedelta(hours=1)):
        with at(NOW):
            first = request(expires(value))
            assert first.max_age == 3600
        with at(NOW + 1800):
            again = request(lambda s: s.update({"visits": 1}) or s.get_expiry_date(), first.token)
            assert (again.max_age, again.result) == (1800, instant)


@claim("`set_expiry(0)` sends neither Max-Age nor Expires")
def _():
    response = request(expires(0))
    assert (response.max_age, response.cookie["expires"]) == ("", "")


@claim("`set_expiry(None)` returns to the default; if none was set, it sends nothing")
def _():
    token = request(expires(3600)).token
    response = request(lambda s: s.set_expiry(None), token)
    assert response.max_age == TWO_WEEKS
    response.sets({"theme": "dark"})
    request(lambda s: s.set_expiry(None), token_of(theme="dark")).sends_nothing()
    request(lambda s: s.set_expiry(None)).sends_nothing()


@claim("an expiry in the past is accepted; the browser drops the cookie")
def _():
    for value in (-5, timedelta(seconds=-5)):
        with at(NOW):
            response = request(expires(value))
        response.token
        assert response.max_age == -5


@claim("`set_expiry` on a session without data sets a cookie")
def _():
    request(lambda s: s.set_expiry(3600)).sets({"_session_expiry": 3600})


@claim("the expiry is an item of the session, `_session_expiry`")
def _():
    response = request(lambda s: list(s.keys()), request(expires(3600)).token)
    assert response.result == ["theme", "_session_expiry"]


@claim("`get_expiry_age()`: the full age, however old the cookie is")
def _():
    with at(NOW):
        default, hour = token_of(theme="dark"), request(expires(3600)).token
    with at(NOW + 1800):
        assert request(lambda s: s.get_expiry_age(), default).result == TWO_WEEKS
        assert request(lambda s: s.get_expiry_age(), hour).result == 3600


@claim("`get_expiry_date()`: that age from now")
def _():
    with at(NOW):
        token = request(expires(3600)).token
    with at(NOW + 1800):
        date = request(lambda s: s.get_expiry_date(), token).result
    assert date == datetime.fromtimestamp(NOW + 1800 + 3600, timezone.utc)


@claim("`get_expire_at_browser_close()`")
def _():
    def handler(session):
        return session.get_expire_at_browser_close()

    assert request(handler).result is False
    assert request(handler, request(expires(0)).token).result is True
    assert request(handler, SESSION_EXPIRE_AT_BROWSER_CLOSE=True).result is True


# State


@claim("`modified`: something was assigned, even an equal value")
def _():
    def handler(session):
        assert not session.modified
        session["theme"] = "dark"
        return session.modified

    response = request(handler, token_of(theme="dark"))
    assert response.result is True
    response.sets({"theme": "dark"})


@claim("`accessed`: an item or the expiry was read")
def _():
    def handler(session):
        session.session_key, session.is_empty()
        before = session.accessed
        session.get("theme")
        return before, session.accessed

    assert request(handler, token_of(theme="dark")).result == (False, True)
    assert request(lambda s: s.get_expiry_age() and s.accessed).result is True


@claim("`set_test_cookie()`, `test_cookie_worked()`")
def _():
    first = request(lambda s: s.set_test_cookie())
    assert request(lambda s: s.test_cookie_worked(), first.token).result is True
    assert request(lambda s: s.test_cookie_worked()).result is False


@claim("`delete_test_cookie()` raises `KeyError` if there is none")
def _():
    def handler(session):
        session.delete_test_cookie()
        raises(KeyError, session.delete_test_cookie)

    first = request(lambda s: s.set_test_cookie() or s.update({"theme": "dark"}))
    request(handler, first.token).sets({"theme": "dark"})


@claim("`exists`, `create`, `save`, `delete`, `load`, `clear_expired`")
def _():
    store = signed_cookies.SessionStore
    assert store.clear_expired() is None
    assert store().exists("any") is False
    assert all(callable(getattr(store, name)) for name in ("create", "save", "delete", "load"))


@claim("`encode`, `decode`")
def _():
    store = signed_cookies.SessionStore()
    assert store.decode(store.encode({"theme": "dark"})) == {"theme": "dark"}


# The middleware


@claim("not accessed: nothing is sent")
def _():
    response = request(untouched, token_of(theme="dark"))
    response.sends_nothing()
    assert response.vary is None


@claim("accessed: `Vary: Cookie`")
def _():
    for cookie in (None, token_of(theme="dark")):
        response = request(look, cookie)
        response.sends_nothing()
        assert response.vary == "Cookie"


@claim("modified: `Set-Cookie` and `Vary: Cookie`")
def _():
    response = request(puts(theme="dark"))
    response.sets({"theme": "dark"})
    assert response.vary == "Cookie"
    assert "Cache-Control" not in response.http.headers


@claim("`Vary` is merged with what is there")
def _():
    def vary(before):
        return request(look, headers={"Vary": before}).vary

    assert vary("Accept") == "Accept, Cookie"
    assert vary("accept, cookie") == "accept, cookie"
    assert vary("*") == "*"


@claim("`Cache-Control` is left as it is")
def _():
    public = {"Cache-Control": "public, max-age=60"}
    response = request(puts(theme="dark"), headers=public)
    assert response.http.headers["Cache-Control"] == "public, max-age=60"


@claim("a change that was undone is saved")
def _():
    def handler(session):
        session["theme"] = "light"
        session["theme"] = "dark"

    request(handler, token_of(theme="dark")).sets({"theme": "dark"})


@claim("only a save renews: a session that is only read ends after `SESSION_COOKIE_AGE`")
def _():
    with at(NOW):
        token = token_of(theme="dark")
    for age in (TWO_WEEKS // 2, TWO_WEEKS - 1):
        with at(NOW + age):
            response = request(look, token)
            assert response.result == {"theme": "dark"}
            response.sends_nothing()
    with at(NOW + TWO_WEEKS + 1):
        assert request(look, token).result == {}


@claim("a cookie that an old key signed is accepted and kept as it is")
def _():
    token = token_of(theme="dark")
    rotated = dict(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY])
    response = request(look, token, **rotated)
    assert response.result == {"theme": "dark"}
    response.sends_nothing()


@claim("last item removed, or `clear()`: the cookie is set again and holds `{}`")
def _():
    request(lambda s: s.pop("theme"), token_of(theme="dark")).sets({})
    request(lambda s: s.clear(), token_of(theme="dark")).sets({})
    request(lambda s: s.flush(), token_of(theme="dark")).deletes()
    in_database = dict(SESSION_ENGINE=DATABASE)
    token = request(puts(theme="dark"), **in_database).token
    assert request(lambda s: s.clear(), token, **in_database).token == token


@claim("no cookie came and the session is empty: nothing is sent")
def _():
    request(untouched).sends_nothing()
    request(look).sends_nothing()
    request(lambda s: s.clear()).sends_nothing()


@claim("`SESSION_SAVE_EVERY_REQUEST`: saved, if a cookie came or there is data")
def _():
    every = dict(SESSION_SAVE_EVERY_REQUEST=True)
    response = request(untouched, token_of(theme="dark"), **every)
    response.sets({"theme": "dark"})
    assert response.vary == "Cookie"
    request(untouched, **every).sends_nothing()
    request(untouched, "a-bad-cookie", **every).sets({})


@claim("a response of 500 or above saves nothing")
def _():
    for status in (500, 503):
        for change in (puts(a=1), lambda s: s.clear(), lambda s: s.pop("theme")):
            response = request(change, token_of(theme="dark"), status)
            response.sends_nothing()
            assert response.vary == "Cookie"
    request(puts(a=1), status=499).sets({"a": 1})


@claim("a response of 500 or above deletes the cookie after `flush()`")
def _():
    request(lambda s: s.flush(), token_of(theme="dark"), 500).deletes()


@claim("deleted by another request meanwhile: the response becomes a 400")
def _():
    in_database = dict(SESSION_ENGINE=DATABASE)
    token = request(puts(theme="dark"), **in_database).token

    def handler(session):
        session["theme"] = "light"
        type(session)(token).delete()

    response = request(handler, token, **in_database)
    assert response.http.status_code == 400
    response.sends_nothing()


@claim("other cookies of the response are kept")
def _():
    response = request(puts(theme="dark"), headers={"Set-Cookie": "a=b"})
    assert response.http.headers["Set-Cookie"] == "a=b"
    response.sets({"theme": "dark"})


BAD = "of-an-attacker:1x8elk:r7CQxcnjJPVEKWqqGSIB_aPNnXHWRwGH8XNgxns1llw"


@claim("a bad cookie is an empty session; `signed_cookies` logs nothing")
def _():
    with log() as lines:
        assert request(look, BAD).result == {}
    assert lines == [], lines
    with log() as lines:
        assert db.SessionStore().decode(BAD) == {}
    assert [name for name, _ in lines] == ["django.security.SuspiciousSession"]


@claim("a bad cookie that is not read is kept")
def _():
    response = request(untouched, BAD)
    response.sends_nothing()
    assert response.vary is None


@claim("a bad cookie that is read is replaced by one that holds `{}`")
def _():
    request(look, BAD).sets({})
    with override_settings(SECRET_KEY="of another server"):
        other = token_of(theme="dark")
    request(look, other).sets({})
    with at(NOW):
        expired = token_of(theme="dark")
    with at(NOW + TWO_WEEKS + 1):
        request(look, expired).sets({})


@claim("a cookie of fewer than 8 characters is deleted, read or not")
def _():
    request(untouched, "seven77").deletes()
    request(untouched, "eight888").sends_nothing()


@claim("several cookies of the name: the last one counts, valid or not")
def _():
    good = token_of(theme="dark")
    assert request(look, header=f"{NAME}={BAD}; {NAME}={good}").result == {"theme": "dark"}
    assert request(look, header=f"{NAME}={good}; {NAME}={BAD}").result == {}


@claim("names are trimmed of every Unicode space, values unquoted")
def _():
    assert parse_cookie("\u2003__Host-a\u00a0=b") == {"__Host-a": "b"}
    assert parse_cookie('a="b\\073c"') == {"a": "b;c"}


@claim("of two concurrent requests that change the session, one change is lost")
def _():
    token = token_of(theme="dark")
    first = request(puts(cart=[101]), token)
    second = request(puts(visits=2), token)
    first.sets({"theme": "dark", "cart": [101]})
    second.sets({"theme": "dark", "visits": 2})


# Settings


@claim("`SESSION_COOKIE_AGE`, two weeks")
def _():
    assert settings.SESSION_COOKIE_AGE == TWO_WEEKS
    assert request(puts(a=1)).max_age == TWO_WEEKS


@claim("`SESSION_EXPIRE_AT_BROWSER_CLOSE`")
def _():
    close = dict(SESSION_EXPIRE_AT_BROWSER_CLOSE=True)
    assert request(puts(a=1), **close).max_age == ""
    with at(NOW):
        token = token_of(a=1)
    with at(NOW + TWO_WEEKS + 1):
        assert request(look, token, **close).result == {}, "SESSION_COOKIE_AGE holds all the same"


@claim("`SESSION_COOKIE_NAME`, `_PATH`, `_DOMAIN`, `_SECURE`, `_HTTPONLY`, `_SAMESITE`")
def _():
    response = request(
        puts(a=1),
        SESSION_COOKIE_NAME="s",
        SESSION_COOKIE_PATH="/shop",
        SESSION_COOKIE_DOMAIN="example.org",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_SAMESITE="Strict",
    ).http
    cookie = response.cookies["s"]
    names = ("path", "domain", "secure", "httponly", "samesite")
    assert [cookie[name] for name in names] == ["/shop", "example.org", True, "", "Strict"]


@claim("defaults: `sessionid`, HttpOnly, SameSite=Lax, Path=/, not Secure")
def _():
    cookie = request(puts(a=1)).cookie
    names = ("path", "domain", "secure", "httponly", "samesite")
    assert [cookie[name] for name in names] == ["/", "", "", True, "Lax"]


@claim("a name or an attribute that browsers refuse is sent without an error")
def _():
    response = request(puts(a=1), SESSION_COOKIE_NAME="__Host-s")
    cookie = response.http.cookies["__Host-s"]
    assert cookie.value and not cookie["secure"]
    none = request(puts(a=1), SESSION_COOKIE_SAMESITE="None")
    assert none.token and not none.cookie["secure"]


@claim("deletion repeats Path, Domain, SameSite; Secure for the prefixes and SameSite=None")
def _():
    shop = dict(
        SESSION_COOKIE_PATH="/shop",
        SESSION_COOKIE_DOMAIN="example.org",
        SESSION_COOKIE_SECURE=True,
    )
    token = token_of(theme="dark")
    response = request(lambda s: s.flush(), token, **shop)
    response.deletes()
    names = ("path", "domain", "samesite", "secure")
    assert [response.cookie[name] for name in names] == ["/shop", "example.org", "Lax", ""]
    host = request(lambda s: s.flush(), token, SESSION_COOKIE_NAME="__Host-s").http
    assert host.cookies["__Host-s"]["secure"] is True
    none = request(lambda s: s.flush(), token, SESSION_COOKIE_SAMESITE="None")
    assert none.cookie["secure"] is True


@claim("a cookie of more than 4096 bytes is sent, and the browser drops it")
def _():
    with log() as lines:
        response = request(puts(text=get_random_string(5000)))
    assert len(response.token) > 4096 and response.http.status_code == 200
    assert lines == [], lines


@claim("Max-Age may be longer than the 400 days that browsers allow")
def _():
    years = 10 * 365 * 86_400
    assert request(puts(a=1), SESSION_COOKIE_AGE=years).max_age == years


@claim("`SECRET_KEY_FALLBACKS`")
def _():
    token = token_of(theme="dark")
    old = settings.SECRET_KEY
    rotated = dict(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[old])
    with override_settings(**rotated):
        assert request(look, token).result == {"theme": "dark"}
        renewed = request(puts(a=1), token).token
    with override_settings(SECRET_KEY="new"):
        assert request(look, renewed).result == {"theme": "dark", "a": 1}
        assert request(look, token).result == {}


# What Django does not offer


@claim("the server checks `SESSION_COOKIE_AGE`, not `set_expiry`")
def _():
    with at(NOW):
        hour = request(expires(3600)).token
        month = request(expires(30 * 86_400))
    with at(NOW + TWO_WEEKS - 1):
        assert request(lambda s: s.get("theme"), hour).result == "dark"
    assert month.max_age == 30 * 86_400
    with at(NOW + TWO_WEEKS + 1):
        assert request(lambda s: s.get("theme"), month.token).result is None


@claim("no absolute timeout: a session that is saved often never ends")
def _():
    with at(NOW):
        token = token_of(user=7)
    for visit in range(1, 60):
        with at(NOW + visit * (TWO_WEEKS - 1)):
            token = request(puts(visit=visit), token).token
    assert data_in(token) == {"user": 7, "visit": 59}


@claim("`set_expiry` has no upper limit")
def _():
    assert request(expires(10**9)).max_age == 10**9


@claim("two cookies of one program accept each other's values")
def _():
    token = token_of(user=7)
    assert request(look, token, SESSION_COOKIE_NAME="admin").result == {"user": 7}


@claim("two programs with one `SECRET_KEY` accept each other's cookies")
def _():
    assert signing.loads(token_of(user=7), key=settings.SECRET_KEY, salt=SIGNED) == {"user": 7}


@claim("the data is readable by anyone who has the cookie")
def _():
    payload = token_of(user=7).split(":")[0]
    assert json.loads(signing.b64_decode(payload.encode())) == {"user": 7}


# docs/coming-from.md


def from_page(pattern):
    found = re.search(pattern, (PAGES / "coming-from.md").read_text(encoding="utf-8"))
    assert found, f"docs/coming-from.md has no {pattern}"
    return found


COOKIE_OF_THE_PAGE = "docs/coming-from.md: Django made the cookie of the example"


@claim(COOKIE_OF_THE_PAGE)
def _():
    secret = from_page(r'let \(secret, made_at\) = \("([^"]+)", 1_790_000_000\)')[1]
    value = from_page(r'let value = "([^":]+:[^":]+:[^":]+)"')[1]
    with override_settings(SECRET_KEY=secret), at(NOW):
        data = {"_auth_user_id": "7", "theme": "dark"}
        assert request(look, value).result == data
        assert token_of(**data) == value


if __name__ == "__main__":
    sys.exit(not main())
