#!/usr/bin/env python3
"""Makes every accepted vector again from its fields, byte for byte, as FORMAT.md says and with libsodium.

HMAC-SHA-256, HKDF on top of it, XChaCha20-Poly1305 and base64url are libsodium's (Debian's
libsodium23, by ctypes). No code of hardtack runs here. A renewed token is opened first, and made
again from its own header and payload.
"""

import ctypes
import ctypes.util
import json
import pathlib
import subprocess

VECTORS = pathlib.Path(__file__).parent.parent / "tests/vectors/vectors-v1.json"
SIGNATURE, TAG = 24, 16
URL_SAFE_NO_PADDING = 7
EXPIRY_KINDS = ["policy", "after", "at", "browser_close"]


def load():
    name = ctypes.util.find_library("sodium")
    if name is None:
        for command in (["update", "-qq"], ["install", "-yqq", "libsodium23"]):
            subprocess.run(["apt-get", "-o", "DPkg::Lock::Timeout=300", *command],
                           check=True, stdout=subprocess.DEVNULL)
        name = "libsodium.so.23"
    library = ctypes.CDLL(name)
    assert library.sodium_init() >= 0
    library.sodium_bin2base64.restype = ctypes.c_char_p
    library.crypto_auth_hmacsha256_statebytes.restype = ctypes.c_size_t
    return library


sodium = load()
Long, Size = ctypes.c_ulonglong, ctypes.c_size_t


def hmac(key, message):
    state = ctypes.create_string_buffer(sodium.crypto_auth_hmacsha256_statebytes())
    out = ctypes.create_string_buffer(32)
    sodium.crypto_auth_hmacsha256_init(state, key, Size(len(key)))
    sodium.crypto_auth_hmacsha256_update(state, message, Long(len(message)))
    sodium.crypto_auth_hmacsha256_final(state, out)
    return out.raw


def hkdf(key, info):
    """RFC 5869, at most 32 bytes."""
    return hmac(hmac(b"hardtack.v1", key), info + b"\x01")


def seal(key, nonce, bound, payload):
    out, length = ctypes.create_string_buffer(len(payload) + TAG), Long()
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, ctypes.byref(length), payload, Long(len(payload)), bound, Long(len(bound)), None, nonce, key)
    return out.raw[:length.value]


def unseal(key, nonce, bound, body):
    out, length = ctypes.create_string_buffer(len(body)), Long()
    refused = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        out, ctypes.byref(length), None, body, Long(len(body)), bound, Long(len(bound)), nonce, key)
    return None if refused else out.raw[:length.value]


def to_text(token):
    out = ctypes.create_string_buffer(4 * len(token) // 3 + 5)
    sodium.sodium_bin2base64(out, Size(len(out)), token, Size(len(token)), URL_SAFE_NO_PADDING)
    return out.value.decode()


def from_text(text):
    out, length = ctypes.create_string_buffer(len(text)), Size()
    assert sodium.sodium_base642bin(out, Size(len(out)), text.encode(), Size(len(text)), None,
                                    ctypes.byref(length), None, URL_SAFE_NO_PADDING) == 0
    return out.raw[:length.value]


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def header_of(case, ok):
    """FORMAT.md, "Token", from the fields of the vector."""
    kind, seconds = ok["expiry"]
    age = ok["issued_at"] - ok["started_at"]
    has_id = ok["session_id"] is not None
    first = 1 << 5 | has_id << 4 | EXPIRY_KINDS.index(kind) << 2 | (age != 0) << 1 | (case["mode"] == "encrypted")
    header = bytes([first, ok["key_id"]]) + ok["issued_at"].to_bytes(4, "big")
    header += bytes.fromhex(ok["session_id"]) if has_id else b""
    header += varint(age) if age else b""
    return header + (varint(seconds) if kind in ("after", "at") else b"")


def header_in(token):
    """The header of a token that is known to be good."""
    first, end = token[0], 6
    end += 16 if first & 0x10 else 0
    for present in (first & 2, first >> 2 & 3 in (1, 2)):
        if present:
            while token[end] & 128:
                end += 1
            end += 1
    return token[:end]


def keys_of(case, index):
    key, purpose = bytes.fromhex(case["keys"][index]["key"]), case["purpose"].encode()
    derive = lambda label: hkdf(key, label + b"\0" + purpose)
    label = b"signed/mac" if case["mode"] == "signed" else b"encrypted/mac"
    return hkdf(key, b"key-id\0")[0], derive(label), derive(b"encrypted/aead")


def bound_of(case, header):
    parts = [bytes.fromhex(part) for part in case["context"]]
    return header + bytes([len(parts)]) + b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def make(case, index, header, payload):
    _, signing, cipher = keys_of(case, index)
    bound = bound_of(case, header)
    signature = hmac(signing, bound + payload)[:SIGNATURE]
    body = payload if case["mode"] == "signed" else seal(cipher, signature, bound, payload)
    return to_text(header + signature + body)


def payload_in(case, index, header, token):
    rest = token[len(header):]
    signature, body = rest[:SIGNATURE], rest[SIGNATURE:]
    if case["mode"] == "signed":
        return body
    return unseal(keys_of(case, index)[2], signature, bound_of(case, header), body)


def made_again(case, text):
    """Returns whether one of the ring's keys makes the token again."""
    token = from_text(text)
    header = header_in(token)
    for index in range(len(case["keys"])):
        payload = payload_in(case, index, header, token)
        changed = case["changed_payload"]
        if payload is None or (changed and payload.hex() != changed):
            continue
        if make(case, index, header, payload) == text:
            return True
    return False


def main():
    vectors = json.loads(VECTORS.read_text())
    made = {"signed": 0, "encrypted": 0}
    for case in vectors["cases"]:
        if ok := case["expect"].get("ok"):
            assert keys_of(case, ok["key_index"])[0] == ok["key_id"], case["name"]
            token = make(case, ok["key_index"], header_of(case, ok), bytes.fromhex(ok["payload"]))
            assert token == case["token"], case["name"]
            made[case["mode"]] += 1
    renewed = [case for case in vectors["renewals"] if "token" in case["expect"]]
    for case in renewed:
        assert made_again(case, case["expect"]["token"]), case["name"]
    print(f"libsodium made {made['signed']} signed and {made['encrypted']} encrypted vectors again, "
          f"and {len(renewed)} renewed tokens, byte for byte")


main()
