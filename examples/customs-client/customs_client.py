#!/usr/bin/env python3
"""Asks the gate about declarations and reports what left: a program for a customs office to start from.

Nothing leaves on a guess. Whatever is not a plain "released" (a refusal, a stop, an answer that did
not come or cannot be read) means that the goods stay. Needs Python 3.9 and nothing else; signing also
needs the `openssl` command (3.0 or later).

    customs_client.py reserve DECLARATIONS      CSV, or JSON lines where the name ends in .jsonl
    customs_client.py exit SHIPMENT [--on DAY]

Exit codes: 0 all may leave, or is recorded; 1 something may not leave; 2 a mistake in the input;
3 something is unknown: ask again with the same file.
"""

import argparse
import base64
import csv
import hashlib
import http.client
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

RELEASED, REFUSED, STOPPED, MISTAKEN, UNKNOWN = (
    "released", "refused", "stopped", "mistaken", "unknown")

# Tries for one request unless said otherwise, and the bounds of the waits between them, in seconds: about a minute in all.
TRIES = 10
WAIT_FIRST = 0.2
WAIT_MAX = 10.0
# The register gives up after 10 s.
ANSWER_WITHIN = 15.0
# How long a signature holds, in seconds; the register takes at most 300.
SIGNATURE_LIFE = 60


class Unknown(Exception):
    """Nobody knows whether it was done."""


class NotFollowed(urllib.request.HTTPRedirectHandler):
    """A token goes to the register and nowhere else."""

    def redirect_request(self, *_):
        return None


STRAIGHT = urllib.request.build_opener(NotFollowed)


class Register:
    """The register, over HTTP."""

    def __init__(self, address, tries, token=None, signer=None):
        self.address = address.rstrip("/")
        self.tries = tries
        self.token = token
        self.signer = signer

    def call(self, method, path, key=None, body=None):
        """Asks until there is an answer, always the same thing under the same key.

        Gives the status and the body. Raises `Unknown` when no answer came in all tries.
        """
        wait, because = WAIT_FIRST, ""
        for attempt in range(self.tries):
            if attempt:
                # Not all clients at once, when a server is back.
                time.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(wait * 2, WAIT_MAX)
            try:
                status, headers, text = self.once(method, path, key, body)
                if status == 200 or (400 <= status < 500 and status not in (408, 429)):
                    return status, json.loads(text)
                because = f"answered {status}"
                wait = max(wait, retry_after(headers))
            except (OSError, ValueError, http.client.HTTPException) as lost:
                # No connection, a connection that broke, an answer that was cut.
                because = f"{type(lost).__name__}: {lost}"
        raise Unknown(because)

    def once(self, method, path, key, body):
        """One try: status, headers, text. Every try is signed anew: a nonce is taken once."""
        sent = None if body is None else json.dumps(body, sort_keys=True).encode()
        address = urllib.parse.urlsplit(self.address)
        headers = {"Host": address.netloc}
        if sent is not None:
            headers["Content-Type"] = "application/json"
        if key is not None:
            headers["Idempotency-Key"] = key
        if self.signer:
            headers.update(self.signer.sign(method, address.netloc, path, headers, sent))
        elif self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        asked = urllib.request.Request(
            self.address + path, data=sent, headers=headers, method=method)
        try:
            answer = STRAIGHT.open(asked, timeout=ANSWER_WITHIN)
        except urllib.error.HTTPError as other:
            answer = other
        with answer:
            return answer.status, answer.headers, answer.read().decode()


class Signer:
    """Signs requests (RFC 9421, Ed25519) with a key in a file that only its owner may read."""

    def __init__(self, key_file, key_id):
        self.key_file = key_file
        self.key_id = key_id

    def sign(self, method, authority, path, headers, body):
        """The headers that make a request a signed one."""
        covered = [("@method", method), ("@authority", authority.lower()), ("@path", path)]
        added = {}
        if body is not None:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            added["Content-Digest"] = f"sha-256=:{digest}:"
            covered += [
                ("content-digest", added["Content-Digest"]),
                ("content-type", headers["Content-Type"]),
                ("idempotency-key", headers["Idempotency-Key"]),
            ]
        now = int(time.time())
        names = " ".join(f'"{name}"' for name, _ in covered)
        params = (f"({names});created={now};expires={now + SIGNATURE_LIFE}"
                  f';nonce="{secrets.token_hex(16)}";keyid="{self.key_id}";alg="ed25519"')
        lines = [f'"{name}": {value}' for name, value in covered]
        base = "\n".join(lines + [f'"@signature-params": {params}'])
        signature = base64.b64encode(self.ed25519(base.encode())).decode()
        added["Signature-Input"] = f"sig1={params}"
        added["Signature"] = f"sig1=:{signature}:"
        return added

    def ed25519(self, text):
        """The standard library has no Ed25519, so that `openssl` signs."""
        with tempfile.NamedTemporaryFile() as held:
            held.write(text)
            held.flush()
            command = ["openssl", "pkeyutl", "-sign", "-rawin",
                       "-inkey", self.key_file, "-in", held.name]
            signed = subprocess.run(command, capture_output=True, check=False)
        if signed.returncode != 0 or len(signed.stdout) != 64:
            sys.exit(f"mistake: openssl does not sign: {signed.stderr.decode().strip()}")
        return signed.stdout


def retry_after(headers):
    """The wait that the register asks for, in seconds."""
    text = headers.get("Retry-After", "")
    return min(float(text), WAIT_MAX) if text.isdigit() else 0.0


def key_of(office, declaration):
    """The idempotency key: the same for the same declaration, today, tomorrow and after a crash.

    Over JSON, so that no office and declaration together read like another pair.
    """
    said = json.dumps([office, declaration]).encode()
    return "reserve-" + hashlib.sha256(said).hexdigest()


def judge(register, body):
    """Asks the gate about one declaration. Only `RELEASED` lets anything go."""
    lodged = body["lodged"]
    key = key_of(lodged["office"], lodged["declaration"])
    try:
        status, said = register.call("POST", "/api/v1/gate/reserve", key, body)
    except Unknown as because:
        return UNKNOWN, {"because": str(because)}
    if status != 200:
        return MISTAKEN, {"because": f"{status}", "says": said.get("says")}
    what = said.get("what", {})
    found = {"is_repeat": said.get("is_repeat"), "events": said.get("events")}
    if what.get("answer") == "released" and what.get("shipment"):
        found["shipment"] = what["shipment"]
        if what.get("stopped_since"):
            # It was released once; a stop has come since, and the stop holds.
            return STOPPED, {**found, "orders": what["stopped_since"]}
        return RELEASED, found
    if what.get("answer") == "refused":
        return REFUSED, {**found, "reasons": [r.get("says") for r in what.get("reasons", [])]}
    return UNKNOWN, {"because": "an answer that this program does not know"}


def confirm(register, shipment, on):
    """Reports that all of a shipment left. Asked again after a lost answer, it is recorded once."""
    body = {} if on is None else {"on": on}
    said = hashlib.sha256(json.dumps([shipment, body], sort_keys=True).encode()).hexdigest()
    path = f"/api/v1/shipments/{urllib.parse.quote(shipment, safe='')}"
    status, answer = register.call("POST", f"{path}/confirm", f"exit-{said}", body)
    if status == 200:
        return True, answer
    # Nothing is reserved any more: a report before this one may have been taken.
    seen, held = register.call("GET", path)
    has_left = seen == 200 and bool(held.get("exits"))
    return has_left, {"refused": answer.get("says"), "shipment": held}


def declarations(name):
    """The declarations of a file, one body for each; lines of one declaration stand together."""
    with open(name, newline="", encoding="utf-8") as opened:
        if name.endswith(".jsonl"):
            return [json.loads(line) for line in opened if line.strip()]
        bodies = {}
        for row in csv.DictReader(opened):
            one = bodies.setdefault((row["office"], row["declaration"]), {
                "permit": row["permit"],
                "lodged": {"office": row["office"], "declaration": row["declaration"]},
                "lines": [],
            })
            if one["permit"] != row["permit"]:
                raise ValueError(f"declaration {row['declaration']} names two permits")
            line = {
                "line": int(row["line"]),
                "quantity": {"amount": row["quantity"], "unit": row["unit"]},
                "value": {"amount": row["value"], "currency": row["currency"]},
                "destination": row["destination"],
                "final_destination": row["final_destination"],
            }
            optional = ("consignee", "exporter", "end_user", "model", "entry")
            line.update((name, row[name]) for name in optional if row.get(name))
            one["lines"].append(line)
        return list(bodies.values())


def register_from_surroundings(tries):
    """The register as the surroundings name it. Secrets never stand on a command line."""
    told = os.environ.get
    address = told("PORTCULLIS_URL", "http://127.0.0.1:8080")
    if told("PORTCULLIS_SIGNING_KEY"):
        signer = Signer(told("PORTCULLIS_SIGNING_KEY"), told("PORTCULLIS_SIGNING_KEY_ID", ""))
        return Register(address, tries, signer=signer)
    if told("PORTCULLIS_TOKEN"):
        return Register(address, tries, token=told("PORTCULLIS_TOKEN"))
    sys.exit("mistake: expected PORTCULLIS_TOKEN, or PORTCULLIS_SIGNING_KEY with "
             "PORTCULLIS_SIGNING_KEY_ID")


def reserve_all(register, name):
    """Asks about every declaration of a file, and prints one line of JSON for each."""
    try:
        bodies = declarations(name)
        pairs = [(b["lodged"]["office"], b["lodged"]["declaration"]) for b in bodies]
    except (OSError, KeyError, TypeError, ValueError) as wrong:
        print(f"mistake: {name}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        return 2
    if len(set(pairs)) != len(pairs):
        print(f"mistake: {name}: a declaration stands twice", file=sys.stderr)
        return 2
    seen = set()
    for body in bodies:
        answer, found = judge(register, body)
        seen.add(answer)
        print(json.dumps({**body["lodged"], "answer": answer, **found}, ensure_ascii=False),
              flush=True)
    if UNKNOWN in seen:
        return 3
    return 1 if seen - {RELEASED} else 0


def main():
    words = argparse.ArgumentParser(description="Ask the gate, and report what left.")
    words.add_argument("--tries", type=int, default=TRIES, metavar="NUMBER")
    verbs = words.add_subparsers(dest="verb", required=True)
    verbs.add_parser("reserve").add_argument("file")
    leaving = verbs.add_parser("exit")
    leaving.add_argument("shipment")
    leaving.add_argument("--on", metavar="DAY")
    said = words.parse_args()
    register = register_from_surroundings(said.tries)
    if said.verb == "reserve":
        return reserve_all(register, said.file)
    try:
        is_recorded, answer = confirm(register, said.shipment, said.on)
    except Unknown as because:
        print(f"unknown: {because}; report it again", file=sys.stderr)
        return 3
    print(json.dumps(answer, ensure_ascii=False))
    return 0 if is_recorded else 1


if __name__ == "__main__":
    sys.exit(main())
