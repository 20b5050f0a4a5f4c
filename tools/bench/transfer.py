#!/usr/bin/env python3
"""The rounds of transfer.sh, which sets the environment, and their table, in Markdown.

usage: transfer.py ROUNDS
"""
import filecmp
import os
import signal
import statistics
import sys
import time

from figures import Figure
from pictures import picture

PORT = 4433
LIMIT = 1.5  # C ÷ ours
ENDURANCE = 30  # seconds until a server that does not begin or end has failed

WORK, ROOT, OUT = os.environ["WORK"], os.environ["ROOT"], os.environ["OUT"]
CERTS, WWW, KEPT = (os.path.join(WORK, name) for name in ("certs", "www", "kept"))
SUITE = "TLS_AES_128_GCM_SHA256"
GNUTLS_SUITE = "--ciphers=NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM"


def our_commands(name, keep):
    programs = [f"{OUT}/examples/{side}-{os.environ['LOOP']}" for side in ("qserver", "qclient")]
    ours = ["env", "LD_LIBRARY_PATH=" + os.environ["LIB"]]
    server = [*ours, programs[0], "--cert", f"{CERTS}/server.pem", "--key", f"{CERTS}/server.key", "--ciphers", SUITE,
              "--listen", "127.0.0.1", str(PORT), WWW]
    client = [*ours, programs[1], "--ca", f"{CERTS}/ca.pem", "--server-name", "localhost", "--ciphers", SUITE,
              *(["-o", KEPT] if keep else []), "127.0.0.1", str(PORT), "/" + name]
    return server, client


def their_commands(name, keep):
    root = ["chroot", ROOT]
    server = [*root, "gtlsserver", "-q", GNUTLS_SUITE, "-d", WWW, "127.0.0.1", str(PORT), f"{CERTS}/server.key",
              f"{CERTS}/server.pem"]
    client = [*root, "gtlsclient", "-q", GNUTLS_SUITE, "--exit-on-all-streams-close",
              *([f"--download={KEPT}"] if keep else []), "127.0.0.1", str(PORT), f"https://localhost:{PORT}/{name}"]
    return server, client


class Process:
    """A program whose output goes to a file, and what it has cost when it is over."""

    def __init__(self, command, log):
        self.log = log
        self.pid = os.fork()
        if self.pid == 0:
            output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.execvp(command[0], command)

    def wait(self):
        _, status, usage = os.wait4(self.pid, 0)
        return status, usage.ru_utime, usage.ru_stime

    def stop(self):
        """Our server waits for its clients to hear its goodbye, unless it is told twice."""
        deadline = time.monotonic() + ENDURANCE
        while time.monotonic() < deadline:
            os.kill(self.pid, signal.SIGINT)
            time.sleep(0.1)
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return self.wait()
        sys.exit(f"a server does not end: {self.log}")


def wait_for_server(log):
    listening = f":{PORT:04X} "
    deadline = time.monotonic() + ENDURANCE
    while time.monotonic() < deadline:
        with open("/proc/net/udp") as sockets:
            if listening in sockets.read():
                return
        time.sleep(0.02)
    sys.exit(f"a server does not begin: {open(log).read()}")


def received_bytes():
    with open("/proc/net/dev") as interfaces:
        return next(int(line.split()[1]) for line in interfaces if line.strip().startswith("lo:"))


def transfer(commands, name, keep=False):
    """User and system time of server and client, in seconds."""
    server_command, client_command = commands(name, keep)
    before = received_bytes()
    server = Process(server_command, f"{WORK}/server.log")
    wait_for_server(server.log)
    status, *client = Process(client_command, f"{WORK}/client.log").wait()
    _, *on_server = server.stop()
    if status != 0 or received_bytes() - before < os.path.getsize(f"{WWW}/{name}"):
        sys.exit(f"{client_command}: status {status}\n{open(f'{WORK}/client.log').read()}")
    if keep and not filecmp.cmp(f"{WWW}/{name}", f"{KEPT}/{name}", shallow=False):
        sys.exit(f"{client_command}: what came is not what was sent")
    return [*on_server, *client]


class Side:
    def __init__(self, commands):
        self.commands, self.rounds = commands, []
        transfer(commands, "compared", keep=True)
        os.unlink(f"{KEPT}/compared")

    def run(self):
        parts = transfer(self.commands, "large")
        gigabytes = os.path.getsize(f"{WWW}/large") / 1e9
        self.rounds.append([seconds / gigabytes for seconds in (sum(parts), *parts)])

    def median(self, part):
        return statistics.median(values[part] for values in self.rounds)

    def least(self, part):
        return min(values[part] for values in self.rounds)


def ratio_of_rounds(theirs, ours):
    """The median: a round's two transfers follow each other, so a load that comes and goes meets both."""
    return statistics.median(c[0] / mine[0] for c, mine in zip(theirs.rounds, ours.rounds))


ROWS = [("both processes", 0), ("server, user", 1), ("server, system", 2), ("client, user", 3), ("client, system", 4)]


def main():
    theirs, ours = Side(their_commands), Side(our_commands)
    for _ in range(int(sys.argv[1])):
        theirs.run()
        ours.run()
    print("| CPU seconds per GB | C, GnuTLS | ours, rustls | C ÷ ours |")
    print("| --- | ---: | ---: | ---: |")
    for kind, value in (("median", Side.median), ("least", Side.least)):
        for title, part in ROWS if kind == "median" else ROWS[:1]:
            c, mine = value(theirs, part), value(ours, part)
            print(f"| {title}, {kind} of {len(ours.rounds)} | {c:.3f} | {mine:.3f} | {c / mine:.2f} |")
    print(f"| the rounds' own ratios, median | | | {ratio_of_rounds(theirs, ours):.2f} |")
    limit = theirs.median(0) / LIMIT
    figures = [Figure(title, lambda side, part=part: side.median(part), limit if part == 0 else None, digits=2)
               for title, part in ROWS]
    with open(f"{OUT}/transfer.svg", "w") as file:
        file.write(picture("A file over loopback, CPU seconds per GB", figures, theirs, ours))


if __name__ == "__main__":
    main()
