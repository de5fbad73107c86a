use std::net::IpAddr;

use ipnet::IpNet;

/// IPv4 that is not somebody's on the Internet.
const INNER_V4: [&str; 16] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
];

/// All of IPv6 that is somebody's on the Internet. Outside of it are loopback, unspecified, private, link-local,
/// multicast, and IPv4 in disguise: mapped, compatible, translated (`64:ff9b::/96`).
const OUTER_V6: &str = "2000::/3";
/// What is within, and nevertheless is not: protocol assignments with Teredo, documentation, 6to4.
const INNER_V6: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/// Where clouds and Lambda keep metadata, credentials and other tenants' events: not even for an allow-list.
/// And the addresses that are none, by which Linux dials itself.
const NEVER: [&str; 5] = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "0.0.0.0/8", "::/128"];

const THIS_MACHINE: [&str; 2] = ["127.0.0.0/8", "::1/128"];

/// Whether an address is one of the Internet's.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(_) => !within(ip, &INNER_V4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(v4.into()),
            None => within(ip, &[OUTER_V6]) && !within(ip, &INNER_V6),
        },
    }
}

/// Whether an address is refused whatever the allow-list says.
pub(super) fn is_never_dialled(ip: IpAddr) -> bool {
    within(ip.to_canonical(), &NEVER) || in_disguise(ip).is_some_and(|ip| within(ip, &NEVER))
}

/// Whether an address is this machine's own, in any spelling of it.
pub(super) fn is_this_machine(ip: IpAddr) -> bool {
    within(ip.to_canonical(), &THIS_MACHINE) || in_disguise(ip).is_some_and(|ip| within(ip, &THIS_MACHINE))
}

/// The IPv4 address within one of IPv6, beside the mapped ones: compatible, translated (`64:ff9b::/96`), 6to4.
fn in_disguise(ip: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(v6) = ip else { return None };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let v4 = |high: u16, low: u16| Some(IpAddr::V4((u32::from(high) << 16 | u32::from(low)).into()));
    match [a, b, c, d, e, f] {
        // `::` and `::1` are themselves.
        [0, 0, 0, 0, 0, 0] if g != 0 => v4(g, h),
        [0x64, 0xff9b, 0, 0, 0, 0] => v4(g, h),
        [0x2002, high, low, ..] => v4(high, low),
        _ => None,
    }
}

fn within(ip: IpAddr, ranges: &[&str]) -> bool {
    ranges.iter().any(|range| {
        let range: IpNet = range.parse().unwrap_or_else(|error| unreachable!("{range}: {error}"));
        range.contains(&ip)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        for public in ["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "100.128.0.0", "223.255.255.255"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for public in ["2606:4700::1111", "2a00:1450:4001::200e", "::ffff:1.1.1.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for inner in INNER_V4.iter().chain(&INNER_V6).chain(&NEVER) {
            let range: IpNet = inner.parse().unwrap();
            assert!(!is_public(range.network()) && !is_public(range.broadcast()), "{inner}");
        }
        for inner in ["::", "::1", "::7f00:1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "fc00::1"]
        {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
        for inner in
            ["fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:0:5ef5::1", "2002:7f00:1::", "100::1"]
        {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
    }
    #[test]
    fn this_machine_and_what_is_never_dialled_are_known_in_any_spelling() {
        for local in [
            "127.0.0.1",
            "127.255.0.9",
            "::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            assert!(is_this_machine(local.parse().unwrap()), "{local}");
        }
        for never in [
            "0.0.0.0",
            "::",
            "::ffff:0.0.0.0",
            "169.254.100.1",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::",
        ] {
            assert!(is_never_dialled(never.parse().unwrap()), "{never}");
        }
        for other in ["10.0.0.1", "::ffff:10.0.0.1", "fd12::1", "2606:4700::1111", "64:ff9b::a00:1"] {
            assert!(
                !is_this_machine(other.parse().unwrap()) && !is_never_dialled(other.parse().unwrap()),
                "{other}"
            );
        }
    }
}
