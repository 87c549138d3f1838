"""Which addresses may be reached."""

import json
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.adapters.address_policy import PublicAddressPolicy, embedded_ipv4

_POLICY = PublicAddressPolicy()
_RECOMMENDED = next(
    (
        found
        for folder in Path(__file__).resolve().parents
        for found in folder.glob("shared/corpus/ssrf/*.json")
    ),
    None,
)

_PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.128.0.1", "198.20.0.1")
_PUBLIC_V6 = ("2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001:80b::200e", "2620:0:2d0:200::7")
_LOCAL = (
    "0.0.0.0",  # noqa: S104 - an address to refuse, nothing binds to it
    "127.0.0.1",
    "127.255.255.255",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
)
_LOCAL_V6 = (
    "::",
    "::1",
    "fe80::1",
    "fe80::1%2",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "100::1",
    "4000::1",
)
_METADATA = (
    "169.254.169.254",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "255.255.255.255",
    "224.0.0.1",
)
_WRAPPED = (
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::ffff:0:127.0.0.1",
    "2002:808:808::",
)


@pytest.mark.parametrize("text", [*_PUBLIC, *_PUBLIC_V6])
def test_public_addresses_are_allowed(text: str) -> None:
    """Addresses of the public internet, also those next to a denied range, are allowed."""
    assert _POLICY.allows(ip_address(text))


@pytest.mark.parametrize("text", [*_LOCAL, *_LOCAL_V6, *_METADATA, *_WRAPPED])
def test_special_addresses_are_denied(text: str) -> None:
    """Local, metadata, reserved and wrapped addresses are denied."""
    assert not _POLICY.allows(ip_address(text))


@pytest.mark.skipif(_RECOMMENDED is None, reason="the recommended deny list is not part of this repository")
def test_recommended_ranges_are_covered() -> None:
    """Every range that Microsoft recommends to deny lies inside one of ours."""
    assert _RECOMMENDED is not None
    for cidr in json.loads(_RECOMMENDED.read_text()):
        network = ip_network(cidr)
        assert not _POLICY.allows(network[0]), cidr
        assert not _POLICY.allows(network[-1]), cidr


@given(st.ip_addresses(network="2001:db8::/32") | st.ip_addresses(network="10.0.0.0/8"))
def test_whole_ranges_are_denied(address: IPv4Address | IPv6Address) -> None:
    """Every address of a denied range is denied, not only its ends."""
    assert not _POLICY.allows(address)


@given(st.ip_addresses(v=4))
def test_no_wrapping_opens_what_is_closed(inner: IPv4Address) -> None:
    """With every IPv6 range opened, an address wrapped in IPv6 is allowed only if it is allowed bare."""
    v4_only = PublicAddressPolicy(denied=tuple(n for n in _POLICY.denied if n.version == 4))
    bits, allowed = int(inner), v4_only.allows(inner)
    wrapped = {
        "mapped": 0xFFFF << 32 | bits,
        "compatible": bits,
        "translated": 0xFFFF << 48 | bits,
        "NAT64": 0x64FF9B << 96 | bits,
        "6to4": 0x2002 << 112 | bits << 80,
        "Teredo": 0x20010000 << 96 | 0x08080808 << 64 | bits ^ 0xFFFFFFFF,
        "Teredo server": 0x20010000 << 96 | bits << 64 | 0x08080808 ^ 0xFFFFFFFF,
        "ISATAP": 0x2606_4700 << 96 | 0x0200_5EFE << 32 | bits,
    }
    assert {name: v4_only.allows(IPv6Address(value)) for name, value in wrapped.items()} == dict.fromkeys(
        wrapped, allowed
    )


def test_plain_addresses_embed_nothing() -> None:
    """IPv4 and ordinary IPv6 addresses hold no further address."""
    assert list(embedded_ipv4(ip_address("8.8.8.8"))) == []
    assert list(embedded_ipv4(ip_address("2606:4700:4700::1111"))) == []
