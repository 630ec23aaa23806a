#!/usr/bin/env python3
"""Runs in a guest that cpu-baseline verify migrates: load, a counter, and an HTTP server that says whether all is well.

GET / answers 200, or the status of a complaint (io.cpubaseline.verification.Complaint has the same ones), with words.
"""

import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time

PROMISE = os.environ.get("CPU_BASELINE_PROMISE", "/etc/cpu-baseline/promise.json")
STATE = os.environ.get("CPU_BASELINE_STATE", "/var/lib/cpu-baseline")
CPUINFO = os.environ.get("CPU_BASELINE_CPUINFO", "/proc/cpuinfo")
BOOT = os.environ.get("CPU_BASELINE_BOOT", "/proc/sys/kernel/random/boot_id")

# How long the counter may stand still. The clock that it is measured by stands still, too, while the guest is handed over.
STANDS_STILL = 5

# 16 MiB that are always being written: enough that a migration has to copy them again, little enough that it ends on a network of 1 Gb/s.
LOAD = ["stress-ng", "--quiet", "--verify", "--cpu", "1", "--cpu-method", "all", "--vm", "1", "--vm-bytes", "16M"]

counter = 0
counted = time.monotonic()


def count():
    """Counts as long as the CPU still calculates what it has calculated at the begin."""
    global counter, counted
    text = b"cpu-baseline" * 4096
    expected = hashlib.sha256(text).digest()
    while hashlib.sha256(text).digest() == expected:
        counter += 1
        counted = time.monotonic()
        # Ten times a second is often enough, and leaves the CPU to the load.
        time.sleep(0.1)


def flags():
    with open(CPUINFO, encoding="ascii") as lines:
        return [set(line.split(":", 1)[1].split()) for line in lines if line.startswith("flags")]


def booted_before():
    """Whether this disk has seen another boot than this one."""
    with open(BOOT, encoding="ascii") as text:
        boot = text.read().strip()
    os.makedirs(STATE, exist_ok=True)
    path = os.path.join(STATE, "boot")
    if not os.path.exists(path):
        with open(path, "w", encoding="ascii") as text:
            text.write(boot)
    with open(path, encoding="ascii") as text:
        return text.read() != boot


def complaint(load, promised, again):
    """The HTTP status and what is wrong."""
    if again:
        return 410, "booted anew"
    if load is None:
        return 425, "stress-ng is not installed"
    missing = sorted(set(promised).difference(set.intersection(*flags())))
    if missing:
        return 417, "missing: " + " ".join(missing)
    if load.poll() is not None:
        return 500, "stress-ng has ended with exit code %d" % load.returncode
    if time.monotonic() - counted > STANDS_STILL:
        return 503, "the counter stands at %d" % counter
    return 200, ""


def main():
    with open(PROMISE, encoding="ascii") as text:
        promised = json.load(text)["flags"]
    again = booted_before()
    load = subprocess.Popen(LOAD) if shutil.which(LOAD[0]) else None
    threading.Thread(target=count, daemon=True).start()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, words = complaint(load, promised, again)
            body = json.dumps({"counter": counter, "words": words}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Answers).serve_forever()


if __name__ == "__main__":
    main()
