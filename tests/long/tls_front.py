"""A server that speaks TLS, checks credentials and hands requests on to one that does neither.

    tls_front.py FOLDER_OF_CERTIFICATE_AND_KEY PORT USER PASSWORD; the password is the token, too.
Prints its own port.
"""

import base64
import http.client
import http.server
import pathlib
import ssl
import sys

folder, port, user, password = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
allowed = {
    "Bearer " + password,
    "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
}


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def hand_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, answer = 401, b"who are you?"
        if self.headers.get("Authorization") in allowed:
            inner = http.client.HTTPConnection("127.0.0.1", port)
            inner.request(self.command, self.path, body, {"Content-Type": "application/json"})
            response = inner.getresponse()
            status, answer = response.status, response.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = hand_on


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "server.pem", folder / "server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
