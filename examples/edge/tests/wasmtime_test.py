"""The modules in wasmtime: edge's C ABI, driven without JavaScript, and the command on WASI."""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timezone

import msgpack
import wasmtime

EDGE = pathlib.Path(__file__).parent.parent
VECTORS = EDGE / "../../tests/vectors/vectors-v1.json"
WASI, NATIVE, TOKENS = sys.argv[1:4]
ABSENT = float("nan")
ENGINE = wasmtime.Engine()


class Instance:
    """One instance of edge, for one vector."""

    def __init__(self, module, vector):
        self.store = wasmtime.Store(ENGINE)
        self.exports = wasmtime.Instance(self.store, module, []).exports(self.store)
        for key in vector["keys"]:
            retired_at = number(key["retired_at"])
            text = base64.b64encode(bytes.fromhex(key["key"]))
            if "activates_at" in key:
                instant = datetime.fromtimestamp(key["activates_at"], timezone.utc)
                text += b"@" + instant.isoformat().encode()
            self.call("add_key", [text], retired_at)
        self.call("configure", [vector["purpose"].encode(), b""], *limits(vector))
        self.context = b"".join(framed(bytes.fromhex(part)) for part in vector["context"])

    def call(self, operation, parts, *numbers):
        """The answer's bytes, and whether they are a result."""
        whole = b"".join(parts)
        at = self.exports["input"](self.store, len(whole))
        memory = self.exports["memory"]
        memory.write(self.store, whole, at)
        lengths = [len(part) for part in parts]
        length = self.exports[operation](self.store, *lengths, *numbers)
        start = self.exports["output"](self.store)
        return bytes(memory.read(self.store, start, start + abs(length))), length >= 0

    def decode(self, token, now):
        answer, ok = self.call("decode", [self.context, token.encode()], float(now))
        return msgpack.unpackb(answer, strict_map_key=False) if ok else answer.decode()

    def again(self, vector):
        token, renew_at = vector["token"].encode(), float(vector["renew_at"])
        if vector["changed_payload"] is None:
            return self.call("renew", [self.context, token], renew_at)
        data = bytes.fromhex(vector["changed_payload"])
        return self.call("update", [self.context, token, data], renew_at)


def number(value):
    return ABSENT if value is None else float(value)


def limits(vector):
    timeout = vector["absolute_timeout"]
    return (
        int(vector["mode"] == "encrypted"),
        float(vector["max_age"]),
        float("inf") if timeout is None else float(timeout),
        number(vector["longest_max_age"]),
        float(vector["leeway"]),
        number(vector["not_before"]),
        float(vector["max_len"]),
        ABSENT,
    )


def framed(part):
    return len(part).to_bytes(2, "big") + part


def expected(case):
    """As edge orders it, without its view of the expiry and of renewal."""
    if "error" in case["expect"]:
        return case["expect"]["error"]
    ok = case["expect"]["ok"]
    session_id = ok["session_id"] and bytes.fromhex(ok["session_id"])
    data = msgpack.unpackb(bytes.fromhex(ok["payload"]), strict_map_key=False)
    return [session_id, ok["key_id"], ok["started_at"], ok["issued_at"], ok["expires_at"], data]


def without_renewal(answer):
    return answer if isinstance(answer, str) else answer[:5] + answer[7:]


def command(argument, path):
    """What the WASI command prints, given a file to read."""
    store = wasmtime.Store(ENGINE)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["wasi", argument]
    wasi.stdin_file = str(path)
    with tempfile.NamedTemporaryFile() as out:
        wasi.stdout_file = out.name
        wasi.inherit_stderr()
        store.set_wasi(wasi)
        linker = wasmtime.Linker(ENGINE)
        linker.define_wasi()
        module = wasmtime.Module.from_file(ENGINE, WASI)
        start = linker.instantiate(store, module).exports(store)["_start"]
        start(store)
        return pathlib.Path(out.name).read_text()


class Wasmtime(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vectors = json.loads(VECTORS.read_text())
        cls.module = wasmtime.Module.from_file(ENGINE, str(EDGE / "hardtack-encrypt.wasm"))

    def test_nothing_is_imported(self):
        self.assertEqual(list(self.module.imports), [])

    def test_every_vector(self):
        for case in self.vectors["cases"]:
            answer = Instance(self.module, case).decode(case["token"], case["now"])
            self.assertEqual(without_renewal(answer), expected(case), case["name"])
        for case in self.vectors["renewals"]:
            instance = Instance(self.module, case)
            self.assertIsInstance(instance.decode(case["token"], case["now"]), list)
            answer, ok = instance.again(case)
            wanted = case["expect"]["token" if ok else "error"]
            self.assertEqual(answer.decode(), wanted, case["name"])
        cases, renewals = len(self.vectors["cases"]), len(self.vectors["renewals"])
        print(f"wasmtime: {cases} cases, {renewals} renewals")

    def test_hostile_tokens(self):
        """The native answers, and no more memory."""
        instance, now = Instance(self.module, self.vectors["cases"][0]), self.vectors["cases"][0]["now"]
        tokens = pathlib.Path(TOKENS).read_text().split("\n")
        answers = lambda: [answer if isinstance(answer, str) else "ok" for answer in (instance.decode(token, now) for token in tokens)]
        answers()
        size = instance.exports["memory"].size(instance.store)
        native = subprocess.run([NATIVE, "answers"], input="\n".join(tokens), capture_output=True, text=True, check=True)
        self.assertEqual(answers(), native.stdout.splitlines())
        self.assertEqual(instance.exports["memory"].size(instance.store), size)
        self.assertEqual(command("answers", TOKENS), native.stdout)

    def test_wasi_vectors(self):
        print("wasmtime, WASI:", command("vectors", VECTORS).strip())

    def test_wasi_has_a_clock_and_a_random_generator(self):
        self.assertRegex(command("clock", "/dev/null"), r"^Ada since \d{10}\n$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=0)
