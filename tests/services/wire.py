"""HTTP itself: sockets, threads, and the ways in which an answer goes wrong on its way."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.services.exchange import Answer, Request
from tests.services.faults import Fault

if TYPE_CHECKING:
    from tests.services.server import Services

_CUT = (ConnectionError, TimeoutError)  # the client has gone: its right


class Server(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1, and takes its connections down with it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, services: Services) -> None:
        self.services = services
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), name="services", daemon=True)

    def server_bind(self) -> None:
        """Without asking the name service who 127.0.0.1 is."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        problem = sys.exception()
        if problem is not None and not isinstance(problem, _CUT):
            self.services.errors.append(problem)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, has it answered, sends the answer, whole or as a fault wants it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        request = Request.parse(self.command, self.path, headers, body)
        answer, fault = self.server.services.handle(request)
        kind = fault.kind if fault else ""
        if fault and kind == "timeout":
            self.server.services.closing.wait(fault.seconds)
            self.close_connection = True
        elif kind == "huge-pdf":
            self._endless()
        else:
            assert answer is not None
            self._send(answer, fault, str(kind))

    do_POST = do_HEAD = do_GET  # noqa: N815

    def _send(self, answer: Answer, fault: Fault | None, kind: str) -> None:
        body = answer.body
        cut = body[: len(body) // 2] if kind in ("reset", "truncated-json", "truncated-pdf") else body
        head = self._head(answer, len(cut) if kind == "truncated-json" else len(body))
        if self.command == "HEAD":
            self.wfile.write(head)
        elif fault and kind == "slow":
            self._trickle(head, body, 1.0 if fault.seconds is None else fault.seconds)
        else:
            self.wfile.write(head + cut)
        if kind == "truncated-pdf":
            self.close_connection = True
        elif kind == "reset":
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _head(self, answer: Answer, length: int | None) -> bytes:
        lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines.append("Connection: close" if length is None else f"Content-Length: {length}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _trickle(self, head: bytes, body: bytes, seconds: float) -> None:
        pieces = 10
        size = max(1, -(-len(body) // pieces))
        self.wfile.write(head)
        for start in range(0, len(body), size):
            if self.server.services.closing.wait(seconds / pieces):
                self.close_connection = True
                return
            self.wfile.write(body[start : start + size])

    def _endless(self) -> None:
        self.close_connection = True
        self.wfile.write(self._head(Answer(200, b"", {"content-type": "application/pdf"}), None) + b"%PDF-1.5\n")
        block = b"%" + b"x" * 65534 + b"\n"
        while not self.server.services.closing.is_set():
            self.wfile.write(block)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the requests are kept in ``Services.requests``."""
