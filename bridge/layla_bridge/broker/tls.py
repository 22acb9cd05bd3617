"""The TLS side of a connection."""

from pathlib import Path
import ssl

from .errors import CertificateUnusable
from .settings import Tls


def context(tls: Tls) -> ssl.SSLContext:
    """Load certificates into a context; blocking. Raise `CertificateUnusable` with the file that is to blame.

    Not `ssl.create_default_context`: its strict mode refuses many a home-made CA that other MQTT clients take.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _trust(made, tls.ca)
    if tls.certificate is not None:
        _identify(made, tls.certificate, tls.key, tls.key_password)
    return made


def _trust(made: ssl.SSLContext, ca: Path | None) -> None:
    if ca is None:
        made.load_default_certs()
        return
    try:
        made.load_verify_locations(ca)
    except OSError as error:
        raise CertificateUnusable(ca, _why(error)) from error


def _identify(made: ssl.SSLContext, certificate: Path, key: Path | None, password: str | None) -> None:
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise CertificateUnusable(path, "there is no such file")
    try:
        # Without a password, OpenSSL would ask for one on the terminal.
        made.load_cert_chain(certificate, key, password or "")
    except OSError as error:
        raise CertificateUnusable(key or certificate, _why(error)) from error


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "it is not what it should be, does not belong to the other file, or its password is wrong"
    return error.strerror or "it cannot be read"
