"""Checks the built site: its links, and then its pages in Chromium. Argument: its folder; with `links` after it, only links."""

import functools
import http.server
import json
import os
import re
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import browser as chromium  # noqa: E402
from browser import Browser, Driver, check  # noqa: E402
from links import Html  # noqa: E402

PHONE, DESKTOP = (375, 812), (1280, 900)
LOGS = {"goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
ANSWERS = "return document.querySelector('output').innerText"
PICTURED = ["", "docs/concepts/", "docs/keys/", "docs/performance/", "docs/coming-from/", "FORMAT/"]


class Server:
    """The folder on a port of its own, with the paths that were asked for."""

    def __init__(self, folder):
        self.asked = []
        asked = self.asked

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                asked.append(self.path)

        handler = functools.partial(Handler, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def places(folder):
    """The pages' paths below the root, and what is in them."""
    return {
        path.relative_to(folder).as_posix().removesuffix("index.html"): Html(path)
        for path in sorted(folder.rglob("*.html"))
    }


def link_faults(folder, pages):
    for place, page in pages.items():
        if place == "404.html":  # its links are absolute, for the server that publishes it
            continue
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            url, fragment = urldefrag(urljoin(f"http://site/{place}", target))
            found = unquote(urlsplit(url).path).lstrip("/")
            if parts.scheme or not (folder / found).exists():
                yield f"/{place}: {target}: no such file"
            elif fragment and found in pages and unquote(fragment) not in pages[found].ids | {"__top"}:
                yield f"/{place}: {target}: no such heading"


def left_over(folder):
    """Markdown that the generator took for text: lists, fences and tables inside a paragraph, and links without a target."""
    for path in sorted(folder.rglob("index.html")):
        text = re.sub(r"<pre>.*?</pre>", "", path.read_text(encoding="utf-8"), flags=re.S)
        paragraphs = re.findall(r"<p>(.*?)</p>", text, re.S)
        found = [part for part in paragraphs if re.search(r"\n\s*([-*|] |\d+\. )|```|^\|", part)]
        for part in found + re.findall(r"\[<code>.{0,60}|\]\[\w+", text):
            yield f"{path.relative_to(folder)}: {part[:80]!r} was not understood"


def resize(browser, size):
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
    browser.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics})


def dark(browser, is_dark):
    media = [{"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}]
    browser.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": media}})


def log(browser, kind):
    return browser.call("POST", "/se/log", {"type": kind})


def complaints(browser, address):
    """Errors of the console, requests that failed, and requests to another host."""
    found = [entry["message"] for entry in log(browser, "browser") if entry["level"] in ("SEVERE", "WARNING")]
    for entry in log(browser, "performance"):
        event = json.loads(entry["message"])["message"]
        if event["method"] == "Network.loadingFailed":
            found.append(f"failed: {event['params']['errorText']}")
        url = event["params"].get("request", {}).get("url", address)
        if event["method"] == "Network.requestWillBeSent" and not url.startswith((address, "data:")):
            found.append(f"asked another host: {url}")
    return found


def every_page(browser, site, pages):
    browser.open("/inspector/")
    complaints(browser, site.address)  # those of the browser's own first page
    for place in pages:
        if place == "404.html":
            continue
        resize(browser, DESKTOP)
        browser.open(f"/{place}")
        found = complaints(browser, site.address)
        resize(browser, PHONE)
        width = browser.script("return document.documentElement.scrollWidth")
        check(not found and width <= PHONE[0], f"/{place}: {width} pixels wide on a phone {' '.join(found)}")


def pictures(browser):
    if not os.environ.get("HARDTACK_SCREENSHOTS"):
        return
    for place in PICTURED:
        for name, size, is_dark in [("phone", PHONE, False), ("desktop", DESKTOP, False), ("dark", DESKTOP, True)]:
            resize(browser, size)
            dark(browser, is_dark)
            browser.open(f"/{place}")
            browser.screenshot(f"{place.strip('/').replace('/', '-') or 'start'}-{name}")
    dark(browser, False)


def searching(browser, site):
    browser.open("/")
    log(browser, "browser")
    resize(browser, DESKTOP)
    browser.click(".md-search__input")
    browser.type(".md-search__input", "rotate")
    browser.find(".md-search-result__item")
    check(not complaints(browser, site.address), "the search finds pages without an error")


def vectors():
    cases = json.loads((ROOT / "tests/vectors/vectors-v1.json").read_text(encoding="utf-8"))["cases"]
    return {case["name"]: case for case in cases}


def shown(browser, text):
    """What the inspector says of a text, which arrives as a paste would."""
    browser.script(
        "const box = document.querySelector('textarea');"
        f"box.value = {json.dumps(text)}; box.dispatchEvent(new Event('input'))"
    )
    return browser.script(ANSWERS)


def fields(browser):
    """The table: each field's bytes and characters."""
    rows = browser.script(
        "return [...document.querySelectorAll('.fields tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def drawn(browser):
    return browser.script(
        "const bar = document.querySelector('.bar').getBoundingClientRect().width;"
        "return [...document.querySelectorAll('.bar span')].map(s => s.getBoundingClientRect().width / bar)"
    )


def inspecting(browser, site, cases):
    browser.open("/inspector/")
    browser.find("textarea")
    browser.script("localStorage.clear()") # of the other pages: their theme
    log(browser, "browser"), log(browser, "performance")
    asked = len(site.asked)

    token = cases["signed_plain"]["token"]
    text = shown(browser, f"Cookie: theme=dark; __Host-session={token}; other=1")
    parts = fields(browser)
    expected = cases["signed_plain"]["expect"]["ok"]
    payload = len(expected["payload"]) // 2
    check(parts["signature"] == (24, 32) and parts["header"] == (6, 8), "signed: header and signature")
    check(parts["payload"] == (payload, len(token) - 40), "signed: the payload")
    check(parts["token"] == (30 + payload, len(token)), "signed: the whole")
    widths = drawn(browser)
    check(abs(widths[-1] - payload / (30 + payload)) < .01, "the bar is to scale")
    joined = browser.script("return document.querySelector('.token').textContent")
    check(joined == token, "the coloured token is the token")
    check("__Host-session" in text and "theme" in text and "malformed" in text, "the other cookies are no tokens")
    times = browser.script("return new Date(1790000000000).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'long'})")
    check(times in text, "the issue time in local time")
    value = browser.script("return document.querySelector('details pre').textContent")
    check(json.loads(value) == expected["value"], "the payload that anybody can read")

    case = cases["encrypted_all_fields"]
    expected = case["expect"]["ok"]
    text = shown(browser, f"Set-Cookie: session={case['token']}; HttpOnly; Secure; Path=/; Max-Age=3600")
    parts = fields(browser)
    check(parts["session ID"][0] == 16 and expected["session_id"] in text, "encrypted: the session ID")
    check(parts["Poly1305 tag"][0] == 16 and parts["ciphertext"][0] == len(expected["payload"]) // 2, "encrypted: the ciphertext and its tag")
    check(sum(parts[name][1] for name in parts if name not in ("header", "token")) == len(case["token"]), "the characters add up")
    check("encrypted" in text and "HttpOnly" not in text and "Max-Age" not in text, "attributes are no cookies")

    for name in ("signed_plain", "signed_session_id", "encrypted_session_id", "signed_after_short", "signed_at_alive",
                 "signed_browser_close", "signed_age_is_issued_at", "encrypted_age_of_32_bits", "encrypted_tiny_payload"):
        token, ok = cases[name]["token"], cases[name]["expect"]["ok"]
        shown(browser, token)
        parts = fields(browser)
        body = parts.get("payload") or parts["ciphertext"]
        check(body[0] == len(ok["payload"]) // 2 and parts["token"][1] == len(token), f"{name}: its lengths")
    for name in ("signed_version_2", "signed_age_overlong", "encrypted_padded", "encrypted_not_ascii", "encrypted_body_missing", "encrypted_unused_bits"):
        kind = cases[name]["expect"]["error"] if "error" in cases[name]["expect"] else next(iter(cases[name]["expect"].values()))
        check(f"({kind})" in shown(browser, f"session={cases[name]['token']}"), f"{name}: {kind}")

    long = cases["signed_plain"]["token"] + "AAAA" * 1200
    check("too_long" in shown(browser, long), "a token over 4096 characters is shown with a warning")
    check("no cookie" in shown(browser, "\u2603;=\"<&" * 10_922), "64 kB of noise")
    check("malformed" in shown(browser, "!" * 65_536), "64 kB of one sign")
    script = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">"
    for text in (script, f"a={script}", f"{script}={cases['signed_plain']['token']}"):
        shown(browser, text)
        markup = browser.script("return document.querySelectorAll('output script, output img').length")
        check(markup == 0 and browser.script("return document.title") != "taken", "markup is text")
    shown(browser, "")
    check(browser.script("return document.querySelector('output').childNodes.length") == 0, "an empty box shows nothing")
    check(browser.script("return localStorage.length + sessionStorage.length + document.cookie.length") == 0, "nothing is stored")
    check(len(site.asked) == asked and not complaints(browser, site.address), "nothing was sent")


def refused_connections(browser, site):
    """The policy holds even against the page's own script."""
    asked = len(site.asked)
    tries = {
        "fetch": "await fetch('/favicon.svg?fetch')",
        "XMLHttpRequest": "await new Promise((ok, no) => { const x = new XMLHttpRequest(); x.onload = ok; x.onerror = no; x.open('GET', '/favicon.svg?xhr'); x.send() })",
        "WebSocket": f"await new Promise((ok, no) => {{ const w = new WebSocket('{site.address.replace('http', 'ws')}'); w.onopen = ok; w.onerror = no }})",
        "EventSource": "await new Promise((ok, no) => { const e = new EventSource('/favicon.svg?es'); e.onopen = ok; e.onerror = () => { e.close(); no() } })",
        "a picture of another host": "await new Promise((ok, no) => { const i = new Image(); i.onload = ok; i.onerror = no; i.src = 'http://localhost:' + location.port + '/favicon.svg?other' })",
    }
    for name, code in tries.items():
        answer = browser.script(f"return (async () => {{ try {{ {code}; return 'sent' }} catch {{ return 'refused' }} }})()")
        check(answer == "refused", f"{name} is refused")
    browser.script("navigator.sendBeacon('/favicon.svg?beacon', 'x')")
    browser.script("return new Promise(done => setTimeout(done, 200))")
    check(len(site.asked) == asked, "the server was asked nothing")
    log(browser, "browser"), log(browser, "performance")


def inspector_pictures(browser, cases):
    for name, size, is_dark in [("phone", PHONE, False), ("desktop", DESKTOP, False), ("dark", PHONE, True)]:
        for sample in ("signed_plain", "encrypted_all_fields"):
            resize(browser, (size[0], 1500))
            dark(browser, is_dark)
            browser.open("/inspector/")
            shown(browser, f"theme=dark; __Host-session={cases[sample]['token']}")
            browser.script("document.querySelectorAll('details').forEach(d => { d.open = true })")
            width = browser.script("return document.documentElement.scrollWidth")
            check(width <= size[0], f"the inspector with {sample}, {name}: {width} pixels wide")
            browser.screenshot(f"inspector-{sample}-{name}")


def main():
    folder = Path(sys.argv[1]).resolve()
    pages = places(folder)
    faults = [*link_faults(folder, pages), *left_over(folder)]
    print("\n".join(faults), flush=True)
    check(not faults and len(pages) > 20, f"{len(pages)} pages: every link leads somewhere")
    if sys.argv[2:] != ["links"]:
        in_chromium(folder, pages)
    print(f"{chromium.passed} passed, {chromium.failed} failed")
    sys.exit(1 if chromium.failed or not chromium.passed else 0)


def in_chromium(folder, pages):
    site, cases = Server(str(folder)), vectors()
    driver = Driver()
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, \
             Browser(driver, site, profile, LOGS) as browser:
            every_page(browser, site, pages)
            searching(browser, site)
            inspecting(browser, site, cases)
            refused_connections(browser, site)
            inspector_pictures(browser, cases)
            pictures(browser)
    finally:
        chromium.stop(driver.process)


if __name__ == "__main__":
    main()
