"""hq-interop (HTTP/0.9 over QUIC) with aioquic: a server of the files in a folder, and a client that fetches some.

usage: hq.py server PORT FOLDER CERT KEY [--retry]
       hq.py client PORT[,PORT] CA OUT [--resume] PATH..
           with --resume twice, the second time with early data if it may, and to the second port if there is one
"""

import asyncio
import os
import sys

from aioquic.asyncio import connect, serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, HandshakeCompleted, StreamDataReceived

ALPN = ["hq-interop"]


class Server(QuicConnectionProtocol):
    folder = None

    def quic_event_received(self, event):
        if isinstance(event, StreamDataReceived):
            name = os.path.basename(event.data.split()[1].decode())
            with open(os.path.join(self.folder, name), "rb") as file:
                self._quic.send_stream_data(event.stream_id, file.read(), end_stream=True)
            self.transmit()


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **keywords):
        super().__init__(*args, **keywords)
        self.streams = {}
        self.resumed = self.early = None

    def fetch(self, path):
        stream = self._quic.get_next_available_stream_id()
        future = asyncio.get_running_loop().create_future()
        self.streams[stream] = (bytearray(), future)
        self._quic.send_stream_data(stream, f"GET {path}\r\n".encode(), end_stream=True)
        return future

    def quic_event_received(self, event):
        if isinstance(event, HandshakeCompleted):
            self.resumed, self.early = event.session_resumed, event.early_data_accepted
        elif isinstance(event, StreamDataReceived) and event.stream_id in self.streams:
            content, future = self.streams[event.stream_id]
            content += event.data
            if event.end_stream:
                future.set_result(bytes(content))
        elif isinstance(event, ConnectionTerminated):
            for _, future in self.streams.values():
                if not future.done():
                    future.set_exception(ConnectionError(event.reason_phrase))


async def run_server(port, folder, cert, key, *options):
    Server.folder = folder
    configuration = QuicConfiguration(is_client=False, alpn_protocols=ALPN)
    configuration.load_cert_chain(cert, key)
    tickets = {}
    await serve(
        "127.0.0.1",
        int(port),
        configuration=configuration,
        create_protocol=Server,
        retry="--retry" in options,
        session_ticket_handler=lambda ticket: tickets.update({ticket.ticket: ticket}),
        session_ticket_fetcher=lambda label: tickets.pop(label, None),
    )
    await asyncio.Future()


async def fetch_once(port, ca, out, paths, kept):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=ALPN, server_name="localhost")
    configuration.load_verify_locations(ca)
    configuration.session_ticket = kept.get("ticket")
    async with connect(
        "127.0.0.1",
        int(port),
        configuration=configuration,
        create_protocol=Client,
        session_ticket_handler=lambda ticket: kept.update(ticket=ticket),
        wait_connected=False,
    ) as client:
        waiting = [client.fetch(path) for path in paths]
        client.transmit()
        for path, content in zip(paths, await asyncio.gather(*waiting)):
            with open(os.path.join(out, os.path.basename(path)), "wb") as file:
                file.write(content)
        print(f"resumed {client.resumed}, early data {client.early}")


async def run_client(ports, ca, out, *paths):
    first, *second = ports.split(",")
    kept = {}
    again = "--resume" in paths
    paths = [path for path in paths if path != "--resume"]
    await fetch_once(first, ca, out, paths, kept)
    if again:
        await fetch_once((second or [first])[0], ca, out, paths, kept)


asyncio.run({"server": run_server, "client": run_client}[sys.argv[1]](*sys.argv[2:]))
