# SPDX-License-Identifier: GPL-3.0-or-later
"""Receivers that mean harm, and an environment that would lead messages elsewhere: what is sent goes to the one address
of the settings, and what comes back can neither fill the daemon nor keep it waiting for long.

usage: receivers.py BUILD-FOLDER [CASE...]"""

import os
import socket
import threading

import files
import rig

DONE, PART = 0, 1
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Raw:
    """Answers each connection, after its request, with the bytes that answer() yields."""

    def __init__(self, answer=lambda: [OK]):
        self.answer = answer
        self.requests = []
        self.sent = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.over = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @staticmethod
    def read_request(stream):
        data = b""
        while b"\r\n\r\n" not in data:
            got = stream.recv(65536)
            if not got:
                return data
            data += got
        head, _, body = data.partition(b"\r\n\r\n")
        size = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                     if line.startswith(b"content-length:")), 0)
        while len(body) < size:
            got = stream.recv(65536)
            if not got:
                break
            body += got
        return head + b"\r\n\r\n" + body

    def serve(self):
        while not self.over:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            with stream:
                stream.settimeout(60)
                try:
                    self.requests.append(self.read_request(stream))
                    for part in self.answer():
                        stream.sendall(part)
                        self.sent += len(part)
                        if self.over:
                            return
                except OSError:
                    pass

    def close(self):
        self.over = True
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(rig.slowly(60))


def for_ever(part):
    while True:
        yield part


class Receivers(rig.Case):
    def raw(self, answer=lambda: [OK]):
        server = Raw(answer)
        self.addCleanup(server.close)
        return server

    def begin(self, server, env=None, clock=False):
        if clock:
            self.world.set_clock(rig.EVENING)
        self.world.configure(url=f"http://127.0.0.1:{server.port}/phone")
        self.world.start(env)

    def grown_kb(self, before):
        return self.memory_kb() - before

    def memory_kb(self):
        with open(f"/proc/{self.world.daemon.process.pid}/status", encoding="ascii") as status:
            return int(next(line.split()[1] for line in status if line.startswith("VmRSS")))

    # -- the environment

    def test_a_proxy_of_the_environment_is_not_used(self):
        server, proxy = self.raw(), self.raw()
        address = f"http://127.0.0.1:{proxy.port}"
        self.begin(server, {name: address for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")})
        self.ok(self.world.knead("webhook", "test"), DONE)
        self.assertEqual((len(server.requests), proxy.requests), (1, []))

    def test_a_password_of_the_home_is_not_sent(self):
        (self.world.home / ".netrc").write_text("machine 127.0.0.1 login anna password neversent\n")
        os.chmod(self.world.home / ".netrc", 0o600)
        server = self.raw()
        self.begin(server)
        self.ok(self.world.knead("webhook", "test"), DONE)
        self.assertNotIn(b"authorization", server.requests[0].lower())

    # -- answers

    def test_a_cookie_is_not_kept(self):
        server = self.raw(lambda: [b"HTTP/1.1 200 OK\r\nSet-Cookie: id=seen-before\r\nContent-Length: 0\r\n\r\n"])
        self.begin(server)
        for _ in range(2):
            self.ok(self.world.knead("webhook", "test"), DONE)
        self.assertEqual(len(server.requests), 2)
        for request in server.requests:
            self.assertNotIn(b"cookie", request.lower())

    def assert_cut_off(self, answer):
        """It ends by itself, soon, and leaves nothing behind in the daemon."""
        server = self.raw(answer)
        self.begin(server)
        before = self.memory_kb()
        self.assertEqual(self.world.knead("webhook", "test").status, PART)
        self.assertLess(server.sent, 16 << 20, "it was read on and on")
        if not rig.is_sanitized():
            self.assertLess(self.grown_kb(before), 6000)
        self.assertTrue(self.world.daemon.is_up())

    def test_a_header_without_end_is_cut_off(self):
        self.assert_cut_off(lambda: (part for source in ([b"HTTP/1.1 200 OK\r\n"], for_ever(b"X-More: " + b"x" * 8000
                                                                                            + b"\r\n"))
                                     for part in source))

    def test_a_line_without_end_is_cut_off(self):
        self.assert_cut_off(lambda: (part for source in ([b"HTTP/1.1 200 OK\r\nX-Long: "], for_ever(b"x" * 8000))
                                     for part in source))

    def test_interim_answers_without_end_are_cut_off(self):
        self.assert_cut_off(lambda: for_ever(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100))

    def test_what_is_not_http_is_no_delivery(self):
        server = self.raw(lambda: [b"SSH-2.0-OpenSSH_9.2p1\r\n" + b"\0" * 1000])
        self.begin(server)
        result = self.ok(self.world.knead("webhook", "test"), PART)
        self.assertIn("not HTTP", result.out + result.err)

    def test_an_answer_that_would_grow_when_unpacked_stays_packed(self):
        server = self.raw(lambda: [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\0"])
        self.begin(server)
        self.ok(self.world.knead("webhook", "test"), DONE)
        self.assertNotIn(b"accept-encoding", server.requests[0].lower())

    def test_words_of_a_receiver_are_not_printed(self):
        server = self.raw(lambda: [b"HTTP/1.1 500 \x1b[31mowned\r\nX: \x1b[2J\r\nContent-Length: 5\r\n\r\n\x1b[1m!"])
        self.begin(server)
        result = self.ok(self.world.knead("webhook", "test"), PART)
        for text in (result.out, result.err, self.world.daemon.log(), self.ok(self.world.knead("alerts")).out):
            self.assertNotIn("\x1b", text)
            self.assertNotIn("owned", text)

    def waits_s(self, header):
        """How long the daemon waits after a 503 with that header."""
        server = self.raw(lambda: [b"HTTP/1.1 503 Busy\r\n" + header + b"Content-Length: 0\r\n\r\n"])
        self.begin(server, clock=True)
        self.ok(self.world.knead("import", self.run_file()))
        row = rig.wait_for("an attempt", lambda: next((row for row in self.world.ask_lines("alerts")
                                                       if row["attempts"] and self.world.is_tried(row)), None))
        return self.world.wait_s(row)

    def run_file(self):
        path = self.world.home / "run.fit"
        path.write_bytes(files.fit_run(files.utc_s("2026-05-16T07:00:00Z")))
        return path

    def test_a_wait_of_centuries_is_six_hours(self):
        self.assertIn(self.waits_s(b"Retry-After: 9999999999\r\n"), range(6 * 3600 - 1, 6 * 3600 + 2))

    def test_a_wait_that_is_no_number_is_the_usual_one(self):
        self.assertTrue(2 <= self.waits_s(b"Retry-After: 99999999999999999999\r\n") <= 7)

    def test_a_wait_until_a_far_day_is_six_hours(self):
        self.assertIn(self.waits_s(b"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
                      range(6 * 3600 - 1, 6 * 3600 + 2))

    def test_a_wait_of_less_than_nothing_is_the_usual_one(self):
        self.assertTrue(2 <= self.waits_s(b"Retry-After: -5\r\n") <= 7)


if __name__ == "__main__":
    rig.main()
