#!/usr/bin/env python3
"""Receives webhooks, believes only what is signed, and puts a hold on what is stopped.

Behind a proxy with TLS in production. Needs Python 3.9 and nothing else.

    stop_receiver.py --listen 127.0.0.1:8090 --holds FOLDER

PORTCULLIS_WEBHOOK_SECRET is the secret of the subscription (`whsec_…`). For each stopped shipment a
file FOLDER/SHIPMENT.json appears before the message is taken: whoever lets goods go looks for it.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

BODY_BYTES_MAX = 1024 * 1024
# How far the time of a message may be off, in seconds.
OFF_MAX = 300
# What a shipment's number may look like where it becomes the name of a file.
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")


def is_signed(secret, headers, body, now):
    """Whether a message is of the register, and of these minutes (Standard Webhooks)."""
    name, when = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or not when.isdigit() or abs(now - int(when)) > OFF_MAX:
        return False
    key = base64.b64decode(secret[len("whsec_"):])
    said = hmac.new(key, f"{name}.{when}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(said).decode()
    # Two while a new secret is being handed over.
    given = headers.get("webhook-signature", "").split(" ")
    # All are compared, each in constant time.
    return any([hmac.compare_digest(expected.encode(), one.encode()) for one in given])


def put_hold(folder, message):
    """Writes the hold of a stop notice, durably. The same notice again changes nothing."""
    data = message["data"]
    if not NUMBER.fullmatch(data["shipment"]):
        raise ValueError("a shipment's number of another form")
    place = os.path.join(folder, data["shipment"] + ".json")
    held = {}
    if os.path.exists(place):
        with open(place, encoding="utf-8") as opened:
            held = json.load(opened)
    held[data["order"]] = {"due_at": data["due_at"], "position": message["position"]}
    beside = place + ".new"
    with open(beside, "w", encoding="utf-8") as opened:
        json.dump(held, opened)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(beside, place)
    at = os.open(folder, os.O_RDONLY)
    os.fsync(at)
    os.close(at)


class Receiver(BaseHTTPRequestHandler):
    """Answers 2xx only when what was told is kept."""

    secret, holds = "", ""
    timeout = 10

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if not is_signed(self.secret, self.headers, body, int(time.time())):
            return self.answer(401)
        try:
            message = json.loads(body)
            if message["type"] == "stop.issued":
                put_hold(self.holds, message)
            print(json.dumps({"webhook-id": self.headers["webhook-id"], "type": message["type"],
                              "position": message["position"]}), flush=True)
        except (OSError, KeyError, TypeError, ValueError) as wrong:
            # Not taken: it comes again, and the operator sees that it was not.
            print(f"not taken: {type(wrong).__name__}: {wrong}", file=sys.stderr, flush=True)
            return self.answer(500)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing beside what is printed above."""


def main():
    words = argparse.ArgumentParser(description="Receive webhooks and put holds.")
    words.add_argument("--listen", default="127.0.0.1:8090")
    words.add_argument("--holds", required=True)
    said = words.parse_args()
    Receiver.secret = os.environ.get("PORTCULLIS_WEBHOOK_SECRET", "")
    Receiver.holds = said.holds
    if not Receiver.secret.startswith("whsec_"):
        sys.exit("mistake: expected PORTCULLIS_WEBHOOK_SECRET, as in whsec_…")
    os.makedirs(said.holds, exist_ok=True)
    host, port = said.listen.rsplit(":", 1)
    server = HTTPServer((host, int(port)), Receiver)
    print(f"listening on http://{host}:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
