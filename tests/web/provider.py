"""An OpenID Connect provider on loopback that says what a test wants it to say, wrong things as well."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "holdord", "s3cret/with?signs"


class Provider:
    """What it knows and says.

    Attributes:
        claims: What it says of whoever signs in, over what is right.
        head: The header of its tokens, over what is right.
        wrong: Answers by path that stand for the right ones: a status and a body.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.head: dict[str, Any] = {}
        self.wrong: dict[str, tuple[int, bytes]] = {}
        self.names_itself = False
        self.asked: dict[str, dict[str, str]] = {}
        self.tokens = 0
        self.rotate()

    def rotate(self) -> None:
        """Take a new key; the old one is not shown any more."""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = f"key-{time.monotonic_ns()}"

    def sign_in(self, address: str) -> dict[str, str]:
        """Do what somebody does there; return the query that they come back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return {"code": code, "state": query["state"]} | ({"iss": self.issuer} if self.names_itself else {})

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": self.names_itself,
        }

    def keys(self) -> dict[str, Any]:
        shown = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [shown | {"kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def token(self, sent: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give a token for a code, once, to who has its verifier and the client's secret."""
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked = self.asked.pop(sent.get("code", ""), None)
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        fits = asked is not None and asked["code_challenge"] == base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (unquote(name), unquote(secret)) != (CLIENT, SECRET) or asked is None or not fits:
            return 400, {"error": "invalid_grant"}
        if sent["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "sub": "1", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (said | self.claims).items() if value is not None}
        self.tokens += 1
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        """Sign claims, as the header says."""
        algorithm = self.head.get("alg", "RS256")
        head = {"kid": self.kid} | self.head
        if algorithm == "none":
            return jwt.encode(claims, "", algorithm="none", headers=head)
        if algorithm == "HS256":  # signed with what everybody can read: the public key
            parts = [json.dumps(part).encode() for part in (head, claims)]
            body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
            pem = json.dumps(self.keys()).encode()
            mac = base64.urlsafe_b64encode(hashlib.sha256(pem + body).digest()).rstrip(b"=")
            return (body + b"." + mac).decode()
        return jwt.encode(claims, self.key, algorithm=algorithm, headers=head)


@contextmanager
def provider() -> Iterator[Provider]:
    """Run one on a free port of this machine."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/.well-known/openid-configuration": made.document, "/keys": made.keys}
            here = answers.get(urlsplit(self.path).path)
            self.say(*((200, here()) if here else (404, {})))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*made.token(sent, self.headers.get("Authorization", "")))

        def say(self, status: int, said: dict[str, Any]) -> None:
            status, body = made.wrong.get(urlsplit(self.path).path, (status, json.dumps(said).encode()))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{made.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
