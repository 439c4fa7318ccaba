"""Tests the pages of the shop in Chromium, as on a phone and on a desktop. Argument: the built shop."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))

import browser
from browser import Browser, Driver, check, started, stop

PASSWORD = "correct-horse"
WIDTHS = {"phone": (375, 740), "desktop": (1280, 900)}
EVERY_PAGE = ["/", "/cart", "/log-in", "/devices", "/admin", "/nowhere"]


class Shop:
    """A server with its Redis."""

    name = "__Host-session"

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.redis_port = self.free_port()
        self.start_redis()
        self.environment = dict(
            os.environ,
            SHOP_KEYS="TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=",
            SHOP_DATABASE=f"{folder}/shop.db",
            SHOP_REDIS=f"redis://127.0.0.1:{self.redis_port}",
            SHOP_PORT=str(self.free_port()),
        )
        for user in [["ada"], ["admin", "--admin"], ["a-name-that-is-rather-long-for-the-screen-of-a-phone"]]:
            subprocess.run(
                [program, "add-user", *user], env=self.environment, input=PASSWORD, text=True, check=True,
                stderr=subprocess.DEVNULL)
        self.start()

    @staticmethod
    def free_port():
        import socket
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            return listener.getsockname()[1]

    def start_redis(self):
        self.redis = subprocess.Popen(
            ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", self.folder,
             "--appendonly", "yes", "--appendfsync", "always", "--save", ""],
            stdout=subprocess.PIPE, text=True)
        while "Ready to accept connections" not in self.redis.stdout.readline():
            pass

    def start(self, clock_ahead=0):
        environment = dict(self.environment, SHOP_CLOCK_AHEAD=str(clock_ahead))
        self.process, self.address = started([self.program], environment, "http://")

    def restart(self, clock_ahead):
        stop(self.process)
        self.start(clock_ahead)

    def stop(self):
        stop(self.process)
        stop(self.redis)


class Visitor(Browser):
    """A browser of a certain width, with its own profile."""

    def __init__(self, driver, shop, profile, device):
        super().__init__(driver, shop, profile)
        self.device = device
        self.resize()

    def resize(self, height=None):
        width, usual = WIDTHS[self.device]
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height or usual,
                     deviceScaleFactor=1, mobile=self.device == "phone")

    def command(self, name, **params):
        return self.call("POST", "/goog/cdp/execute", {"cmd": name, "params": params})

    def picture(self, name):
        """Saves a picture of the whole page. Checks that the page fits the screen and its controls a finger."""
        width = self.script("return document.documentElement.scrollWidth")
        check(width <= WIDTHS[self.device][0], f"{name}: {width} px wide on the {self.device}")
        small = self.script("""return [...document.querySelectorAll('a, button, input:not([type=hidden])')]
            .filter(e => !e.closest('footer') && e.type != 'checkbox' && e.getBoundingClientRect().height < 43)
            .map(e => e.textContent || e.name).join()""")
        check(small == "", f"{name}: everything can be hit with a finger {small}")
        if folder := os.environ.get("HARDTACK_SCREENSHOTS"):
            self.resize(self.script("return document.documentElement.scrollHeight"))
            self.screenshot(f"shop-{self.device}-{name}")
            self.resize()

    def submit(self, css):
        """Clicks a button, and waits for the next page."""
        self.script("document.documentElement.dataset.before = 1")
        self.click(css)
        self.find("html:not([data-before]) footer")

    def log_in(self, name, remember=False):
        self.open("/log-in")
        self.type("#name", name)
        self.type("#password", PASSWORD)
        if remember:
            self.click("[name=remember]")
        self.submit("form[action='/log-in'] button")

    def who(self):
        self.open("/cart")
        self.find("nav")
        return self.script("return document.querySelector('#who')?.textContent ?? null")

    def has(self, css):
        return self.script(f"return document.querySelector({css!r}) !== null")


def shopping(visitor, shop):
    visitor.open()
    check(visitor.jar() is None, "a visitor who only looks gets no cookie")
    visitor.picture("goods")
    for item in [1, 1, 5]:
        visitor.submit(f"[name=item][value='{item}']")
    check(visitor.text("#notice").startswith("Compass"), "the notice names the added item")
    visitor.picture("added")
    visitor.open()
    check(not visitor.has("#notice"), "the notice is shown once")
    visitor.open("/cart")
    check(visitor.text("#total") == "€ 51.60", "the sum")
    visitor.picture("cart")
    visitor.open("/log-in")
    visitor.type("#name", "ada")
    visitor.type("#password", "wrong")
    visitor.submit("form[action='/log-in'] button")
    check("wrong" in visitor.text("#mistake"), "a wrong password is reported")
    visitor.picture("wrong-password")
    visitor.log_in("ada")
    check(visitor.text("#things") == "3", "the cart survives the log-in")
    visitor.open("/cart")
    visitor.submit("[aria-label^=Remove]")
    check(visitor.text("#things") == "1", "an item can be removed from it")
    visitor.open("/devices")
    visitor.picture("devices")
    visitor.open("/nowhere")
    visitor.picture("nowhere")
    cookie = visitor.jar() or visitor.jar_of_profile()
    check(cookie["httpOnly"] and cookie["secure"] and "expiry" not in cookie, "the cookie is HttpOnly and Secure, and ends with the browser")
    visitor.open()
    check(visitor.script("return document.cookie") == "", "no script can read it")
    visitor.submit("form[action='/log-out'] button")
    check(visitor.text("#notice") == "You are logged out.", "the log-out is confirmed")
    check(visitor.text("#things") == "0", "and the cart is empty")


def policy(visitor, shop):
    """Checks that Chromium enforces the policy, and that every page still gets its style."""
    visitor.log_in("admin")
    for page in EVERY_PAGE:
        visitor.open(page)
        visitor.script("const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
                       "document.body.append(s)")
        check(visitor.script("return window.ran ?? null") is None, f"{page}: no script runs")
        check(visitor.script("return document.styleSheets.length") == 1, f"{page}: the style applies")
    visitor.open("/admin")
    visitor.picture("admin")
    visitor.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    visitor.open("/devices")
    colour = visitor.script("return getComputedStyle(document.body).backgroundColor")
    check(colour == "rgb(20, 24, 28)", "a browser that prefers dark pages gets them")
    visitor.picture("dark")


def two_devices(driver, shop):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as one, \
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as other, \
            Visitor(driver, shop, one, "desktop") as laptop, Visitor(driver, shop, other, "phone") as phone:
        laptop.log_in("ada", remember=True)
        phone.log_in("ada")
        laptop.open("/devices")
        check(laptop.script("return document.querySelectorAll('.devices li').length") == 2, "two devices")
        laptop.picture("two-devices")
        laptop.submit(".devices li:not(.here) button")
        check(laptop.text("#notice") == "That session is ended.", "one is ended")
        check(phone.who() is None, "that one is logged out with its next request")
        check(laptop.who() == "ada", "the other one is not")
        phone.log_in("ada")

        stop(shop.redis)
        laptop.open()
        check(laptop.text("h1") == "One moment, please" and laptop.is_error(), "without Redis: one moment")
        laptop.picture("one-moment")
        shop.start_redis()
        check((laptop.who(), phone.who()) == ("ada", "ada"), "with Redis again, both are logged in")

        shop.restart(clock_ahead=11 * 60)
        laptop.open("/devices")
        laptop.picture("confirm")
        check(not laptop.has("form[action='/devices/end']"), "later, no session can be ended without the password")
        laptop.type("#password", PASSWORD)
        laptop.submit("form[action='/confirm'] button")
        laptop.submit("form[action='/log-out-everywhere'] button")
        check("everywhere" in laptop.text("#notice"), "logged out everywhere")
        check((laptop.who(), phone.who()) == (None, None), "both are logged out")
        shop.restart(clock_ahead=0)


def long_name(visitor, shop):
    visitor.log_in("a-name-that-is-rather-long-for-the-screen-of-a-phone")
    visitor.open("/devices")
    visitor.picture("long-name")


def play(scenario, *world):
    """Runs a scenario. If it breaks off, counts a failure and returns, so that the next one can run."""
    print(f"{scenario.__name__.replace('_', ' ')} {world[2] if len(world) > 2 else ''}", flush=True)
    try:
        if len(world) == 2:
            scenario(*world)
            return
        driver, shop, device = world
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, \
                Visitor(driver, shop, profile, device) as visitor:
            scenario(visitor, shop)
    except (OSError, RuntimeError, TypeError) as error:
        detail = error.read().decode() if hasattr(error, "read") else ""
        check(False, f"broke off: {error} {detail[:500]}")


def main():
    driver = Driver()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shop = Shop(sys.argv[1], folder)
        try:
            for device in WIDTHS:
                for scenario in [shopping, policy, long_name]:
                    play(scenario, driver, shop, device)
            play(two_devices, driver, shop)
        finally:
            shop.stop()
            stop(driver.process)
    print(f"{browser.passed} passed, {browser.failed} failed")
    sys.exit(1 if browser.failed or not browser.passed else 0)


if __name__ == "__main__":
    main()
