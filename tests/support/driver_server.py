#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A driver that runs already: hands what is posted to a driver's standard input and answers what it writes.
#   driver_server.py FILE-FOR-URL DRIVER ARG…
import http.server, os, subprocess, sys

driver = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found = self.path == "/lock"
        if found:
            driver.stdin.write(body + b"\n")
            driver.stdin.flush()
        answer = driver.stdout.readline() if found else b'{"error": "no such path"}'
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(f"http://127.0.0.1:{server.server_port}/lock")
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
