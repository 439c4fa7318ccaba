"""Drives examples/server with Chromium, as a visitor would. Argument: the built server.

WebDriver (https://www.w3.org/TR/webdriver2/) is JSON over HTTP, so the standard library is enough.
"""

import base64
import functools
import json
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync
--disable-dev-shm-usage --window-size=900,1100""".split()
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
DAY = 86400

passed, failed = 0, 0


def check(holds, what):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
    print(f"  {'ok' if holds else 'FAILED'}: {what}", flush=True)


def started(command, environment, marker):
    """A process, and the first line of its output that holds the marker."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if marker in line:
            return process, line.strip()
    raise RuntimeError(f"{command[0]} ended before it was ready")


def stop(process):
    process.terminate()
    process.wait(timeout=30)
    process.stdout.close()


class Site:
    """The server, which may be stopped and started with another clock on the same port."""

    def __init__(self, program, secure):
        self.program, self.secure, self.port = program, secure, 0
        self.keys = base64.b64encode(secrets.token_bytes(32)).decode()
        self.name = "__Host-session" if secure else "session"
        self.start()

    def start(self, clock_offset=0):
        environment = dict(
            os.environ,
            HARDTACK_KEYS=self.keys,
            HARDTACK_SECURE="1" if self.secure else "0",
            HARDTACK_CLOCK_OFFSET=str(clock_offset),
            PORT=str(self.port),
        )
        self.process, self.address = started([self.program], environment, "http://")
        self.port = int(self.address.rsplit(":", 1)[1])

    def restart(self, clock_offset):
        stop(self.process)
        port = self.port
        self.start(clock_offset)
        if self.port != port:
            raise RuntimeError(f"port {port} was taken meanwhile")


class Driver:
    def __init__(self):
        marker = "started successfully on port "
        self.process, line = started(["chromedriver", "--port=0"], None, marker)
        self.address = f"http://127.0.0.1:{line.split(marker)[1].rstrip('.')}"

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]


class Browser:
    """One run of Chromium on a profile; the profile outlives it."""

    def __init__(self, driver, site, profile, capabilities=None):
        self.driver, self.site = driver, site
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"], "binary": "/usr/bin/chromium"}
        wanted = {"goog:chromeOptions": options, "timeouts": {"implicit": 10000}, **(capabilities or {})}
        answer = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.path = f"/session/{answer['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call("DELETE", "")

    def call(self, method, path, body=None):
        return self.driver.call(method, self.path + path, body)

    def open(self, place="/"):
        self.call("POST", "/url", {"url": self.site.address + place})

    def find(self, css):
        found = self.call("POST", "/element", {"using": "css selector", "value": css})
        return f"/element/{found[ELEMENT]}"

    def text(self, css):
        return self.call("GET", self.find(css) + "/text")

    def click(self, css):
        self.call("POST", self.find(css) + "/click", {})

    def type(self, css, text):
        self.call("POST", self.find(css) + "/value", {"text": text})

    def script(self, code):
        return self.call("POST", "/execute/sync", {"script": code, "args": []})

    def screenshot(self, name):
        if folder := os.environ.get("HARDTACK_SCREENSHOTS"):
            picture = base64.b64decode(self.call("GET", "/screenshot"))
            pathlib.Path(folder, f"{name}.png").write_bytes(picture)

    def jar(self):
        """The cookie of the session as the browser keeps it, or None."""
        cookies = self.call("GET", "/cookie")
        return next((cookie for cookie in cookies if cookie["name"] == self.site.name), None)

    def jar_of_profile(self):
        """The same before any page is open: of all cookies of the profile."""
        command = {"cmd": "Storage.getCookies", "params": {}}
        cookies = self.call("POST", "/goog/cdp/execute", command)["cookies"]
        return next((cookie for cookie in cookies if cookie["name"] == self.site.name), None)

    def paste(self, cookie):
        """Puts a cookie into the jar. Without its domain: it belongs to the host alone."""
        cookie = {key: value for key, value in cookie.items() if key != "domain"}
        self.call("DELETE", f"/cookie/{self.site.name}")
        self.call("POST", "/cookie", {"cookie": cookie})

    def log_in(self, name, remember=False):
        self.open()
        self.type("#name", name)
        if remember:
            self.click("[name=remember]")
        self.click("form[action='/login'] button")
        self.find("#who")

    def log_out(self, everywhere=False):
        self.click(f"form[action='/logout{'-everywhere' if everywhere else ''}'] button")
        self.find("form[action='/login']")

    def sees(self):
        """The name of the user whom the page at / greets, or None if it asks to log in."""
        self.open()
        self.find("#who, form[action='/login']")
        return self.script("return document.querySelector('#who')?.textContent ?? null")

    def is_error(self):
        return self.script(
            "return performance.getEntriesByType('navigation')[0].responseStatus") >= 400


def in_one_run(scenario):
    """A scenario for which the browser is started once."""

    @functools.wraps(scenario)
    def run(browser_on_profile, site):
        with browser_on_profile() as browser:
            scenario(browser, site)

    return run


@in_one_run
def logging_in(browser, site):
    browser.open()
    browser.screenshot("login")
    browser.open("/nowhere")
    check(browser.is_error(), "a page that does not exist is an error")
    browser.open()
    check(not browser.is_error(), "and the first page is none")
    check(browser.jar() is None, "a stranger gets no cookie")
    browser.log_in("Ada <b>Lovelace</b>")
    check(browser.text("#who") == "Ada <b>Lovelace</b>", "the name is shown as it was typed")
    check(len(browser.text("#session-id")) == 32, "the session has an id")
    browser.screenshot("home-light")
    browser.click("[name=theme][value=dark]")
    browser.click("form[action='/preferences'] button")
    browser.find("html[data-theme=dark] #who")
    colour = browser.script("return getComputedStyle(document.body).backgroundColor")
    check(colour == "rgb(20, 24, 28)", "the dark theme is dark")
    browser.screenshot("home-dark")


@in_one_run
def the_jar(browser, site):
    browser.log_in("Ada")
    cookie = browser.jar()
    check(cookie["httpOnly"] is True, "HttpOnly")
    check(cookie["secure"] is site.secure, f"Secure: {site.secure}")
    check(cookie["sameSite"] == "Lax", "SameSite=Lax")
    check((cookie["path"], cookie["domain"]) == ("/", "127.0.0.1"), "for this host and every path")
    check("expiry" not in cookie, "kept until the browser closes")
    check(browser.script("return document.cookie") == "", "document.cookie sees nothing")
    browser.log_out()
    check(browser.jar() is None, "logging out empties the jar")
    browser.log_in("Ada", remember=True)
    now = browser.script("return Date.now() / 1000")
    check(abs(browser.jar()["expiry"] - now - 30 * DAY) < 600, "remembered: kept for 30 days")


@in_one_run
def two_tabs(browser, site):
    browser.log_in("Ada")
    first = browser.call("GET", "/window")
    second = browser.call("POST", "/window/new", {"type": "tab"})["handle"]
    browser.call("POST", "/window", {"handle": second})
    check(browser.sees() == "Ada", "the second tab has the session")
    browser.click("[name=accent][value=brick]")
    browser.click("form[action='/preferences'] button")
    browser.find("html[data-accent=brick] #who")
    browser.call("POST", "/window", {"handle": first})
    browser.open()
    check(browser.find("html[data-accent=brick]"), "what one tab changed, the other shows")
    browser.log_out()
    browser.call("POST", "/window", {"handle": second})
    check(browser.sees() is None, "logged out in one tab is logged out in both")


@in_one_run
def tampering(browser, site):
    browser.log_in("Ada")
    good = browser.jar()
    value = good["value"]
    flipped = value[:40] + ("A" if value[40] != "A" else "B") + value[41:]
    kept, cleared = [("flipped", flipped), ("truncated", value[:len(value) // 4 * 4 - 4])], [("junk", "!junk"), ("empty", "")]
    for what, bad in kept + cleared:
        browser.paste(dict(good, value=bad))
        check(browser.sees() is None, f"{what}: logged out")
        check(not browser.is_error(), f"{what}: softly")
        still_there = browser.jar() is not None
        check(still_there == ((what, bad) in kept), f"{what}: cleared only if no server can accept it")
    browser.paste(good)
    check(browser.sees() == "Ada", "the true cookie still works")


@in_one_run
def leaving(browser, site):
    browser.log_in("Ada")
    old = browser.jar()
    browser.log_out()
    browser.screenshot("logged-out")
    check(browser.sees() is None, "logged out")
    browser.paste(old)
    check(browser.sees() == "Ada",
          "the old cookie pasted back works: a log-out that stores nothing cannot end it")
    browser.log_out(everywhere=True)
    browser.screenshot("logged-out-everywhere")
    check(browser.jar() is None, "logging out everywhere empties the jar")
    browser.paste(old)
    check(browser.sees() is None, "after it, the old cookie is refused")
    check(not browser.is_error(), "softly")
    browser.log_in("Ada")
    check(browser.sees() == "Ada", "logging in again works at once")


@in_one_run
def expiring(browser, site):
    for kind, remember, life in [("passing", False, 7200), ("remembered", True, 30 * DAY)]:
        browser.log_in("Ada", remember)
        cookie = browser.jar()
        site.restart(clock_offset=life - 300)
        check(browser.sees() == "Ada", f"{kind}: five minutes before its end it works")
        browser.paste(cookie)
        # The log-in before followed a log-out everywhere, so it began at the cut-off: half of the leeway ahead.
        site.restart(clock_offset=life + 31)
        check(browser.jar() is not None, f"{kind}: a second after its end the browser still has it")
        check(browser.sees() is None, f"{kind}: the server refuses it")
        check(not browser.is_error(), f"{kind}: softly")
        check(browser.jar() is not None, f"{kind}: and leaves it, for its clock may be ahead")
        browser.call("DELETE", f"/cookie/{site.name}")
        site.restart(clock_offset=0)


def reopening(browser_on_profile, site):
    for remember in [True, False]:
        with browser_on_profile() as browser:
            browser.log_in("Ada", remember)
            check(browser.sees() == "Ada", "logged in, " + ("remembered" if remember else "passing"))
            if remember:
                identity = browser.text("#session-id")
        with browser_on_profile() as browser:
            if remember:
                check(browser.jar_of_profile() is not None, "closed and started anew: the cookie is there")
                check(browser.sees() == "Ada", "and so is the log-in")
                check(browser.text("#session-id") == identity, "by the same session")
                browser.log_out()
            else:
                check(browser.jar_of_profile() is None, "closed and started anew: the cookie is gone")
                check(browser.sees() is None, "nobody is logged in")


def everything(driver, program, secure):
    site = Site(program, secure)
    try:
        for scenario in [logging_in, the_jar, two_tabs, tampering, leaving, expiring, reopening]:
            play(scenario, driver, site)
    finally:
        stop(site.process)


def play(scenario, driver, site):
    """Runs a scenario with its own profile. An exception counts as a failure, and the next scenario begins."""
    print(f"{scenario.__name__.replace('_', ' ')}, {site.name}", flush=True)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            scenario(lambda: Browser(driver, site, profile), site)
    except (OSError, RuntimeError, TypeError) as error:
        detail = error.read().decode() if isinstance(error, urllib.error.HTTPError) else ""
        check(False, f"broke off: {error} {detail[:500]}")


def main():
    driver = Driver()
    try:
        for secure in [False, True]:
            everything(driver, sys.argv[1], secure)
    finally:
        stop(driver.process)
        print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
