"""Certificates made on the fly: a CA, a server's for some names, a client's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

KEY_PASSWORD = "to the key"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where they are. The client's key comes with a password and without."""

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path
    client_locked_key: Path


def make(folder: Path, *names: str, days: int = 30) -> Certificates:
    """Make a CA that signs a server's certificate for the names, and one for a client.

    As a home-made one often is: without key identifiers. Negative `days`: expired.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("Home CA")
    basic = x509.BasicConstraints(ca=True, path_length=None)
    ca = _begin(ca_name, ca_name, ca_key.public_key(), 30).add_extension(basic, critical=True)
    server_key = ec.generate_private_key(ec.SECP256R1())
    named = x509.SubjectAlternativeName([_general(name) for name in names])
    server = _begin(_name("broker"), ca_name, server_key.public_key(), days).add_extension(named, critical=False)
    client_key = ec.generate_private_key(ec.SECP256R1())
    client = _begin(_name("bridge"), ca_name, client_key.public_key(), 30)
    locked = BestAvailableEncryption(KEY_PASSWORD.encode())
    return Certificates(
        _write(folder / "ca.pem", _pem(ca.sign(ca_key, hashes.SHA256()))),
        _write(folder / "server.pem", _pem(server.sign(ca_key, hashes.SHA256()))),
        _write(folder / "server.key", _key(server_key, NoEncryption())),
        _write(folder / "client.pem", _pem(client.sign(ca_key, hashes.SHA256()))),
        _write(folder / "client.key", _key(client_key, NoEncryption())),
        _write(folder / "client-locked.key", _key(client_key, locked)),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def _begin(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _key(key: ec.EllipticCurvePrivateKey, encryption: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
