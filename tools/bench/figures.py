"""What the rows of rows.txt gave, and the figures that the tables and pictures show."""
import json
import os


class Result:
    """What one library did in one row."""

    def __init__(self, folder, row, library):
        self.path = os.path.join(folder, f"{row}.{library}")
        self.counts = self.json_lines("json")[-1] if self.lines("json") else {}
        instructions = self.lines("instructions")
        self.instructions = int(instructions[0]) if instructions else None
        times = [line["cpu_ns_best"] for line in self.json_lines("times")]
        self.cpu_ns = min(times) if times else None

    def lines(self, kind):
        path = f"{self.path}.{kind}"
        if not os.path.exists(path):
            return []
        with open(path) as file:
            return file.readlines()

    def json_lines(self, kind):
        return [json.loads(line) for line in self.lines(kind) if line.endswith("}\n")]

    def get(self, name):
        return self.counts.get(name)

    def per(self, name, unit):
        return divide(self.get(name), self.get(unit))

    def instructions_per(self, unit):
        return divide(self.instructions, self.get(unit))


def divide(a, b):
    return None if a is None or not b else a / b



class Figure:
    """`value` takes a function that gives a library's Result for a row. `row` is the one that it comes from, if only one.
    The project has set itself the limit, which must be met, and the aim."""

    def __init__(self, title, value, limit=None, aim=None, digits=0, row=None):
        self.title, self.value, self.limit, self.aim, self.digits, self.row = title, value, limit, aim, digits, row


def instructions(title, row, limit=None, aim=None, unit="packets"):
    return Figure(title, lambda results: results(row).instructions_per(unit), limit, aim, row=row)


def growth(results):
    return divide(results("big50k").instructions_per("packets"), results("big500").instructions_per("packets"))


def steady(row):
    return lambda results: results(row).per("steady_heap_calls", "steady_packets")


INSTRUCTIONS = [
    instructions("bulk download, packets of 1200 bytes", "bulk1200", 2620, 1750),
    instructions("the same, one ACK for 2 packets", "bulk1200-burst2", 3110, 2070),
    instructions("the same, upload", "bulk1200-upload"),
    instructions("bulk download, packets of 1452 bytes", "bulk1452"),
    instructions("the same, aggregated writes of 44", "bulk1452-aggregate"),
    instructions("requests and responses, 32 at a time", "rr32", 3720, 2480),
    instructions("the same, 1 at a time", "rr1"),
    instructions("datagrams", "dgram", 2300, 1530),
    instructions("1 open stream, writes of 200 bytes", "many1"),
    instructions("1000 open streams", "many1000", 5400, 3400),
    instructions("5000 open streams", "many5000", 5400, 3400),
    instructions("500 packets in flight, 1 % loss", "big500"),
    instructions("50,000 packets in flight, 1 % loss", "big50k"),
    Figure("50,000 in flight against 500", growth, 1.10, 1.00, 2),
    instructions("a handshake, in all", "hs", 70000, 45000, unit="handshakes"),
]

MEMORY = [
    Figure("heap of an idle client, bytes", lambda results: results("idle").get("client_bytes"), 8192, 4096, 0),
    Figure("heap of an idle server, bytes", lambda results: results("idle").get("server_bytes"), 8192, 4096, 0),
    Figure("heap of the sender, 50,000 in flight, bytes",
           lambda results: results("big50k").get("peak_server"), 8e6, 5e6, 0),
    Figure("heap of the receiver there, against what it must hold",
           lambda results: results("big50k").per("peak_client", "held_peak"), 1.10, 1.03, 3),
    Figure("allocations of a handshake, both sides",
           lambda results: results("hs").get("allocations_per_handshake"), 24, 12, 1),
    Figure("steady-state allocations per packet: bulk", steady("bulk1200"), 0, 0, 4),
    Figure("steady-state allocations per packet: requests", steady("rr32"), 0, 0, 4),
    Figure("steady-state allocations per packet: datagrams", steady("dgram"), 0, 0, 4),
    Figure("steady-state allocations per packet: 1000 streams", steady("many1000"), 0, 0, 4),
]

LOSS = [
    ("CUBIC, 1 % loss", "lossy-cubic-1"),
    ("CUBIC, 5 % loss", "lossy-cubic-5"),
    ("BBR, 1 % loss", "lossy-bbr-1"),
    ("BBR, 5 % loss", "lossy-bbr-5"),
    ("BBR, 1 % loss, reordering", "lossy-reordered"),
]


def sides(folder):
    """Two functions that give a row's Result: of the C library, and of ours."""
    known = {}

    def side(library):
        def result(row):
            if (row, library) not in known:
                known[row, library] = Result(folder, row, library)
            return known[row, library]

        return result

    return side("c"), side("ours")
