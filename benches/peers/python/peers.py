"""Django signing and itsdangerous with the sessions that come in on stdin; the times go out as JSON on stdout."""

import json
import sys
import time
from importlib import metadata

import django
import itsdangerous
from django.conf import settings
from django.core import signing
from itsdangerous import URLSafeTimedSerializer

MAX_AGE = 7200
KEYS = ["%02d" % index * 16 for index in range(16)]
ROUNDS = int(sys.argv[1])
SALT = "session"

settings.configure(SECRET_KEY=KEYS[0])


class Django:
    name, version = "Django signing (Python)", django.__version__
    compress = False

    def encode(self, session, key=KEYS[0]):
        return signing.dumps(session, key=key, salt=SALT, compress=self.compress)

    def decode(self, token, keys=KEYS[:1]):
        return signing.loads(token, key=keys[0], salt=SALT, max_age=MAX_AGE, fallback_keys=keys[1:])


class DjangoSession(Django):
    """As Django's session backend signed_cookies does it: compressed where that is shorter."""

    name = "Django signed_cookies (Python)"
    compress = True


class ItsDangerous:
    name, version = "itsdangerous (Python)", metadata.version("itsdangerous")

    def __init__(self):
        self.one = URLSafeTimedSerializer(KEYS[0], salt=SALT)
        self.last = URLSafeTimedSerializer(KEYS[15], salt=SALT)
        # It tries the newest key, its last, first: the sixteenth to be tried stands in front.
        self.ring = URLSafeTimedSerializer(KEYS[::-1], salt=SALT)

    def encode(self, session, key=KEYS[0]):
        return (self.one if key == KEYS[0] else self.last).dumps(session)

    def decode(self, token, keys=KEYS[:1]):
        return (self.one if len(keys) == 1 else self.ring).loads(token, max_age=MAX_AGE)


def refused(decode, token):
    try:
        decode(token)
    except (signing.BadSignature, itsdangerous.BadSignature):
        return True
    return False


def forge(token):
    middle = len(token) // 2
    return token[:middle] + ("y" if token[middle] == "x" else "x") + token[middle + 1 :]


def lanes(peer, session):
    token, of_last = peer.encode(session), peer.encode(session, KEYS[15])
    bad = forge(token)
    assert peer.decode(token) == session and peer.decode(of_last, KEYS) == session and refused(peer.decode, bad)
    return token, {
        "Encode": lambda: peer.encode(session),
        "Decode": lambda: peer.decode(token),
        "Forged": lambda: refused(peer.decode, bad),
        "Ring": lambda: peer.decode(of_last, KEYS),
    }


def visit(lane, batch=8):
    start = time.perf_counter_ns()
    for _ in range(batch):
        lane()
    return (time.perf_counter_ns() - start) / batch


def main():
    sessions = json.load(sys.stdin)
    rows, timed = [], []
    for peer in (Django(), DjangoSession(), ItsDangerous()):
        cells = []
        for session in sessions:
            token, operations = lanes(peer, session)
            cell = {"characters": len(token), "compressed": token.startswith("."), "timings": {}}
            cells.append(cell)
            timed += [(cell, name, lane, []) for name, lane in operations.items()]
        rows.append({"name": peer.name, "version": peer.version, "sizes": cells})
    for _ in range(ROUNDS):
        for _, _, lane, times in timed:
            times.append(visit(lane))
    for cell, name, _, times in timed:
        times.sort()
        cell["timings"][name] = {"minimum": times[0], "median": times[len(times) // 2]}
    json.dump(rows, sys.stdout)


main()
