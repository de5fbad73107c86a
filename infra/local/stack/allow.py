"""What endpoints of the local stack may name beside the Internet's https: ports of this machine, and what ALLOW adds."""

import os
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import urlsplit

from .problem import Problem


@dataclass(frozen=True)
class Entry:
    """One entry of the list; `source` is the variable that it is from."""

    source: str
    text: str
    host: str
    port: int | None

    @property
    def is_local(self) -> bool:
        """Whether it names this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            network = ip_network(self.host, strict=False)
        except ValueError:
            return False
        address = network.network_address
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def read(source: str, text: str) -> Entry:
    """One `host`, `host:port`, `cidr` or `cidr:port`, IPv6 with a port in brackets. The functions check the rest."""
    host, _, port = text.rpartition(":")
    if text.count(":") > 1 and not text.startswith("["):
        host, port = text, ""
    elif not host or text.endswith("]"):
        host, port = text, ""
    if port and not (port.isdigit() and 0 < int(port) < 65536):
        raise Problem(f"{source}: {text!r} has a port that is not a number from 1 to 65535.")
    entry = Entry(source, text, host.strip("[]").rstrip(".").lower(), int(port) if port else None)
    if entry.is_local and (entry.port is None or "/" in entry.host):
        raise Problem(f"{source}: {text!r} is this machine: name a port of it, as 127.0.0.1:9123.")
    return entry


def wanted() -> list[Entry]:
    """The entries of ALLOW and ENDPOINT_ALLOW, and the host and port of URL."""
    entries = []
    for source in ("ALLOW", "ENDPOINT_ALLOW"):
        texts = (text.strip() for text in (os.environ.get(source) or "").split(","))
        entries += [read(source, text) for text in texts if text]
    url = urlsplit(os.environ.get("URL") or "")
    if url.hostname:
        host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
        entries.append(read("URL", f"{host}:{url.port or (443 if url.scheme == 'https' else 80)}"))
    return entries


def lists(own_endpoints: list[int], forbidden: dict[int, str]) -> tuple[str, str]:
    """ENDPOINT_ALLOW and LOCAL_ENDPOINTS. `own_endpoints` are ports of the stack's endpoints, `forbidden` those of its other
    parts, by what they are: whoever reached the emulator or Postgres could read every tenant's secrets."""
    entries = wanted()
    for entry in entries:
        if entry.is_local and entry.port in forbidden:
            raise Problem(f"{entry.source}: {entry.text!r} is the stack's own {forbidden[entry.port]}: no endpoint may name it.")
    wide = [entry.text for entry in entries if not entry.is_local]
    local = [f"127.0.0.1:{port}" for port in own_endpoints] + [entry.text for entry in entries if entry.is_local]
    return ",".join(dict.fromkeys(wide)), ",".join(dict.fromkeys(local))
