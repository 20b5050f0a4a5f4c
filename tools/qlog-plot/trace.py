"""Reads a qlog file (0.3, JSON-SEQ; plain JSON lines and one JSON document as well) into series to be drawn. Takes what it
knows and passes over what it does not."""

import json
from dataclasses import dataclass, field

RECORD_SEPARATOR = "\x1e"
# Frames that tell of paths and connection ids.
PATH_FRAMES = {
    "path_challenge": "PATH_CHALLENGE",
    "path_response": "PATH_RESPONSE",
    "new_connection_id": "NEW_CONNECTION_ID",
    "retire_connection_id": "RETIRE_CONNECTION_ID",
}
KEY_FRAMES = {"handshake_done": "HANDSHAKE_DONE", "connection_close": "CONNECTION_CLOSE", "new_token": "NEW_TOKEN"}


@dataclass
class Trace:
    vantage: str = ""
    role: str = ""
    connection: str = ""
    # Each a list of (milliseconds, value).
    congestion_window: list = field(default_factory=list)
    in_flight: list = field(default_factory=list)
    threshold: list = field(default_factory=list)
    smoothed_rtt: list = field(default_factory=list)
    latest_rtt: list = field(default_factory=list)
    min_rtt: list = field(default_factory=list)
    losses: list = field(default_factory=list)
    sent: dict = field(default_factory=dict)  # stream id: [(milliseconds, end offset)]
    received: dict = field(default_factory=dict)
    events: list = field(default_factory=list)  # (milliseconds, kind, text): kind is key or path
    packets_sent: int = 0
    packets_received: int = 0

    def end(self):
        """The time of the last thing known."""
        series = [self.congestion_window, self.smoothed_rtt, self.losses, *self.sent.values(), *self.received.values()]
        return max([points[-1][0] for points in series if points] + [event[0] for event in self.events], default=0)


def records(text):
    """The JSON values of a file, in its order."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        pieces = text.split(RECORD_SEPARATOR) if RECORD_SEPARATOR in text else text.splitlines()
    else:
        traces = document.get("traces", [document.get("trace", document)])
        yield {"trace": {key: value for key, value in traces[0].items() if key != "events"}}
        yield from traces[0].get("events", [])
        return
    for number, piece in enumerate(pieces):
        if piece.strip():
            try:
                yield json.loads(piece)
            except json.JSONDecodeError:
                if number + 1 < len(pieces):  # the last record of a program that was killed may be half a one
                    raise


def take_metrics(trace, time, data):
    for name, points in (("congestion_window", trace.congestion_window), ("bytes_in_flight", trace.in_flight),
                         ("ssthresh", trace.threshold), ("smoothed_rtt", trace.smoothed_rtt),
                         ("latest_rtt", trace.latest_rtt), ("min_rtt", trace.min_rtt)):
        value = data.get(name)
        # Before the first measurement, and that of a new path, the RTT is an assumption; and ssthresh may stand for no limit.
        unmeasured = "min_rtt" not in data and (not trace.min_rtt or data.get("latest_rtt") == 0)
        assumed = name == "smoothed_rtt" and unmeasured
        if value is not None and not assumed and not (name == "latest_rtt" and value == 0) and value < 2**62:
            points.append((time, value))


def take_packet(trace, time, data, is_sent, seen):
    kind = data.get("header", {}).get("packet_type", "")
    direction = "sent" if is_sent else "received"
    if is_sent:
        trace.packets_sent += 1
    else:
        trace.packets_received += 1
    if kind in ("initial", "handshake", "0RTT", "1RTT", "retry", "version_negotiation") and (kind, is_sent) not in seen:
        seen.add((kind, is_sent))
        trace.events.append((time, "key", f"first {kind} {direction}"))
    for frame in data.get("frames", []):
        name = frame.get("frame_type")
        if name == "stream":
            streams = trace.sent if is_sent else trace.received
            streams.setdefault(frame["stream_id"], []).append((time, frame.get("offset", 0) + frame.get("length", 0)))
        elif name in KEY_FRAMES:
            trace.events.append((time, "key", f"{KEY_FRAMES[name]} {direction}"))
        elif name in PATH_FRAMES:
            trace.events.append((time, "path", f"{PATH_FRAMES[name]} {direction}"))


def take_key(trace, time, data, change):
    generation = data.get("generation", data.get("key_phase"))
    key = data.get("key_type", "key") + (f" {generation}" if generation is not None else "")
    by = {"local_update": " by this side", "remote_update": " by the peer"}.get(data.get("trigger"), "")
    trace.events.append((time, "key", f"{key} {change}{by if change == 'updated' else ''}"))


def read(text):
    """The trace in the text of a qlog file."""
    trace, seen = Trace(), set()
    for record in records(text):
        if "trace" in record:
            point = record["trace"].get("vantage_point", {})
            trace.vantage, trace.role = point.get("name", ""), point.get("type", "")
            trace.connection = str(record["trace"].get("common_fields", {}).get("group_id", ""))
            continue
        name, data, time = record.get("name", ""), record.get("data", {}), float(record.get("time", 0))
        if name == "recovery:metrics_updated":
            take_metrics(trace, time, data)
        elif name in ("transport:packet_sent", "transport:packet_received"):
            take_packet(trace, time, data, name.endswith("_sent"), seen)
        elif name == "recovery:packet_lost":
            trace.losses.append((time, data.get("header", {}).get("packet_number", 0)))
        elif name in ("security:key_updated", "security:key_discarded"):
            take_key(trace, time, data, name.split("_")[1])
        elif name.startswith("connectivity:"):
            trace.events.append((time, "path", name.split(":")[1]))
    return trace
