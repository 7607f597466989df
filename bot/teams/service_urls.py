"""The allow-list of hosts to which the bot sends answers, and with them its token."""

from collections.abc import Iterable
from ipaddress import ip_address

from yarl import URL

MOST_CHARACTERS = 1024
_REMEMBERED = 256


class ServiceUrls:
    """Says which service URLs may be sent to.

    `hosts` are names, or `*.` and a name for any host below it: https only, on its usual port.
    `loopback` allows this machine as well, by http or https, on any port.
    """

    def __init__(self, hosts: Iterable[str], *, loopback: bool = False) -> None:
        names = tuple(host.lower() for host in hosts)
        self._hosts = frozenset(name for name in names if not name.startswith("*."))
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        self._loopback = loopback
        self._allowed: dict[str, None] = {}

    def allows(self, service_url: str) -> bool:
        """Whether an answer may be sent to `service_url`."""
        if service_url in self._allowed:
            return True
        if not self._allows(service_url):
            return False
        if len(self._allowed) >= _REMEMBERED:
            self._allowed.clear()
        self._allowed[service_url] = None
        return True

    def _allows(self, service_url: str) -> bool:
        if len(service_url) > MOST_CHARACTERS or not service_url.isascii():
            return False
        # A URL that two parsers could read differently is refused: the token follows the host.
        if not service_url.isprintable() or any(mark in service_url for mark in " \\@?#"):
            return False
        try:
            url = URL(service_url, encoded=True)
            host, port = (url.host or "").lower(), url.explicit_port
        except ValueError:
            return False
        if self._loopback and url.scheme in ("http", "https") and is_loopback(host):
            return True
        if url.scheme != "https" or port not in (None, 443):
            return False
        return host in self._hosts or (bool(host) and host.endswith(self._suffixes))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: `localhost`, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
