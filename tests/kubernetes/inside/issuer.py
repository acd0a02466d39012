"""An OIDC issuer that only tells its keys, at the address in the first argument; the tokens are signed by `inside.people`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

here = sys.argv[1]
ANSWERS = {
    "/.well-known/openid-configuration": {"issuer": here, "jwks_uri": f"{here}/keys"},
    "/keys": json.loads(Path("/etc/issuer/keys").read_text()),
}


class Issuer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = ANSWERS.get(self.path)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())


ThreadingHTTPServer(("", 8080), Issuer).serve_forever()
