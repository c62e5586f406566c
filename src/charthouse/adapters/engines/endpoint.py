"""Where a language model may stand: on this machine or the site's own network. Text of a chart goes nowhere else."""
from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from charthouse.record.errors import SecondReaderRefused

OWN_NAMES = (".local", ".internal", ".home.arpa")  # RFC 6762; reserved by ICANN in 2024; RFC 8375
OWN_NETWORKS = tuple(ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))  # RFC 1918, RFC 4193


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What a site sets. `hosts` are names that it allows beside its own network; prices are per 1,000 tokens."""

    url: str
    model: str
    key: str = ""
    hosts: tuple[str, ...] = ()
    timeout: float = 30.0  # seconds for one request
    max_questions: int = 20  # a chart
    max_tokens: int = 40_000  # a chart, as estimated before the first request
    price_in: float | None = None
    price_out: float | None = None


def allowed(endpoint: Endpoint) -> Endpoint:
    """The endpoint, if chart text may go there. Raises `SecondReaderRefused`."""
    try:
        parts = urlsplit(endpoint.url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise SecondReaderRefused(why="CHARTHOUSE_LLM_URL is not a URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise SecondReaderRefused(why="CHARTHOUSE_LLM_URL is not a URL that begins with http:// or https://")
    if parts.username is not None or parts.query or parts.fragment:
        raise SecondReaderRefused(why="CHARTHOUSE_LLM_URL holds a name, a query or a fragment; put the key into CHARTHOUSE_LLM_KEY")
    if _is_own(host):
        return endpoint
    if host not in {h.lower() for h in endpoint.hosts}:
        raise SecondReaderRefused(why="CHARTHOUSE_LLM_URL does not lie on this machine or a private network, and its host is not named in CHARTHOUSE_LLM_HOSTS")
    if parts.scheme != "https":
        raise SecondReaderRefused(why="CHARTHOUSE_LLM_URL leaves the private network and must begin with https://")
    return endpoint


def _is_own(host: str) -> bool:
    """Loopback, a private address, or a name that only the own network can resolve."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith(OWN_NAMES)
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_loopback or any(address in network for network in OWN_NETWORKS if network.version == address.version)
