"""A real mail server on loopback, which can be told to misbehave."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME, PASSWORD = "training", "a/long:pass@word#1%"


@dataclass
class Inbox:
    """What a mail server does with each step of a letter, and the letters that it took."""

    senders: dict[str, str] = field(default_factory=dict)
    """By the sender's address: the answer to MAIL."""
    recipients: dict[str, list[str]] = field(default_factory=dict)
    """By the recipient's address: the answers to RCPT, one for each time; then it is taken."""
    data: list[str] = field(default_factory=list)
    """The answers to DATA, one for each time; `hang up` and `say nothing` are among them."""
    letters: list[EmailMessage] = field(default_factory=list)
    recipients_of: list[list[str]] = field(default_factory=list)
    connections: int = 0
    fell_silent: asyncio.Event = field(default_factory=asyncio.Event)
    were_encrypted: list[bool] = field(default_factory=list)
    signed_in_as: list[str | None] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the name that the server looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.senders.get(address, "250 OK")

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        answers = self.recipients.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.data.pop(0) if self.data else "250 2.0.0 taken"
        if answer == "hang up":
            _cut(server)
            await asyncio.Event().wait()
        if answer == "say nothing":
            self.fell_silent.set()
            await asyncio.Event().wait()
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            made = message_from_bytes(content, policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.letters.append(made)
            self.recipients_of.append(envelope.rcpt_tos)
            self.were_encrypted.append(session.ssl is not None)
            self.signed_in_as.append(session.auth_data)
        return answer


def authenticator(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
) -> AuthResult:
    del server, session, envelope, mechanism
    assert isinstance(login, LoginPassword)
    success = (login.login, login.password) == (NAME.encode(), PASSWORD.encode())
    return AuthResult(success=success, handled=False, auth_data=login.login.decode())


@asynccontextmanager
async def mail_server(
    inbox: Inbox, *, tls: ssl.SSLContext | None = None, signs_in: bool = False, smtps: bool = False
) -> AsyncIterator[int]:
    """Serve on loopback and give the port."""
    servers: list[SMTP] = []

    def serve() -> SMTP:
        inbox.connections += 1
        servers.append(
            SMTP(
                inbox,
                hostname="mail.fenland.example",
                tls_context=None if smtps else tls,
                auth_required=signs_in,
                auth_require_tls=signs_in and not smtps,
                authenticator=authenticator if signs_in else None,
                loop=asyncio.get_running_loop(),
            )
        )
        return servers[-1]

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(serve, "127.0.0.1", 0, ssl=tls if smtps else None)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for server in servers:
            _cut(server)
        await listening.wait_closed()
        await asyncio.sleep(0)


def _cut(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def self_made_certificate(folder: Path, *, now: datetime) -> tuple[ssl.SSLContext, Path]:
    """Return the context of a server with a certificate of its own, and that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate
