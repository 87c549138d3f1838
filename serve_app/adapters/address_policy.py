"""Which network addresses a URL of a stranger may lead to.

The list holds every range of the IANA special-purpose registries
(https://www.iana.org/assignments/iana-ipv4-special-registry,
https://www.iana.org/assignments/iana-ipv6-special-registry), multicast (RFC 5771, RFC 4291), and for IPv6
also everything outside 2000::/3, the only block that IANA has given out for global unicast
(https://www.iana.org/assignments/ipv6-address-space). `ipaddress.is_global` is not used: it lets relay and
AS112 ranges through, and its answer changes with the Python version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Protocol

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

_DENIED_CIDRS: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network, RFC 791"),
    ("10.0.0.0/8", "private use, RFC 1918"),
    ("100.64.0.0/10", "shared address space, RFC 6598; a cloud's metadata service lives here"),
    ("127.0.0.0/8", "loopback, RFC 1122"),
    ("168.63.129.16/32", "a cloud's host agent in otherwise public space, Azure IP address 168.63.129.16"),
    ("169.254.0.0/16", "link local and cloud metadata, RFC 3927"),
    ("172.16.0.0/12", "private use, RFC 1918"),
    ("192.0.0.0/24", "IETF protocol assignments, RFC 6890; a cloud's metadata service lives here"),
    ("192.0.2.0/24", "documentation, RFC 5737"),
    ("192.31.196.0/24", "AS112, RFC 7535"),
    ("192.52.193.0/24", "AMT, RFC 7450"),
    ("192.88.99.0/24", "6to4 relay, RFC 7526"),
    ("192.168.0.0/16", "private use, RFC 1918"),
    ("192.175.48.0/24", "AS112, RFC 7534"),
    ("198.18.0.0/15", "benchmarking, RFC 2544"),
    ("198.51.100.0/24", "documentation, RFC 5737"),
    ("203.0.113.0/24", "documentation, RFC 5737"),
    ("224.0.0.0/4", "multicast, RFC 5771"),
    ("240.0.0.0/4", "reserved and limited broadcast, RFC 1112, RFC 8190"),
    ("::/3", "outside global unicast: unspecified, loopback, IPv4-mapped, NAT64, discard-only, SRv6 SIDs"),
    ("2001::/23", "IETF protocol assignments: Teredo, ORCHID, benchmarking, RFC 2928"),
    ("2001:db8::/32", "documentation, RFC 3849"),
    ("2002::/16", "6to4, RFC 3056"),
    ("2620:4f:8000::/48", "AS112, RFC 7534"),
    ("3fff::/20", "documentation, RFC 9637"),
    ("4000::/2", "outside global unicast: SRv6 SIDs (5f00::/16, RFC 9602) and unassigned"),
    ("8000::/1", "outside global unicast: unique local, link local, site local, multicast"),
)

DENIED_NETWORKS: tuple[IpNetwork, ...] = tuple(ip_network(cidr) for cidr, _ in _DENIED_CIDRS)
"""Every range that `PublicAddressPolicy` refuses unless it is told otherwise."""

_V4_IN_LOW_BITS = tuple(
    IPv6Network(cidr)
    for cidr in (
        "::/96",  # IPv4-compatible, RFC 4291 2.5.5.1
        "::ffff:0:0/96",  # IPv4-mapped, RFC 4291 2.5.5.2
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
        "64:ff9b::/96",  # NAT64, RFC 6052
    )
)
_TEREDO = IPv6Network("2001::/32")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP_INTERFACE = 0x5EFE  # upper half of the interface identifier, RFC 5214 6.1
_ISATAP_UNIVERSAL_BIT = 0x0200_0000


class AddressPolicy(Protocol):
    """Says whether the service may connect to an address."""

    def allows(self, address: IpAddress) -> bool:
        """Whether a connection to exactly this address may be opened."""
        ...


@dataclass(frozen=True, slots=True)
class PublicAddressPolicy:
    """Allows the public internet and nothing else.

    An operator whose network reaches IPv4 through NAT64 may replace `::/3` in `denied` by the parts of it
    that leave 64:ff9b::/96 open: embedded IPv4 addresses are checked on their own, whatever is listed.
    """

    denied: tuple[IpNetwork, ...] = DENIED_NETWORKS

    def allows(self, address: IpAddress) -> bool:
        """Whether neither the address nor an IPv4 address inside it is in a denied range."""
        return not any(
            candidate.version == network.version and candidate in network
            for candidate in (address, *embedded_ipv4(address))
            for network in self.denied
        )


def embedded_ipv4(address: IpAddress) -> Iterator[IPv4Address]:
    """The IPv4 addresses that a packet to this IPv6 address may end up at.

    Knows IPv4-compatible, -mapped and -translated, NAT64's well-known prefix, 6to4, Teredo (server and
    client) and ISATAP. A network's own NAT64 prefix cannot be known from the address.
    """
    if isinstance(address, IPv4Address):
        return
    bits = int(address)
    low_bits = bits & 0xFFFF_FFFF
    if address in _TEREDO:  # RFC 4380 4: the server at bits 32-63, the client's address inverted at the end
        yield IPv4Address((bits >> 64) & 0xFFFF_FFFF)
        yield IPv4Address(low_bits ^ 0xFFFF_FFFF)
    elif address in _SIX_TO_FOUR:  # RFC 3056 2: right after the prefix
        yield IPv4Address((bits >> 80) & 0xFFFF_FFFF)
    elif any(address in network for network in _V4_IN_LOW_BITS):
        yield IPv4Address(low_bits)
    if (bits >> 32) & 0xFFFF_FFFF & ~_ISATAP_UNIVERSAL_BIT == _ISATAP_INTERFACE:
        yield IPv4Address(low_bits)
