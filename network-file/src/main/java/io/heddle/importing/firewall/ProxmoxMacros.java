package io.heddle.importing.firewall;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the macros of Proxmox VE's firewall stand for. Source: {@code pvesh get /cluster/firewall/macros}, pve-firewall(8). */
final class ProxmoxMacros {
    /** The name, and alternatives: a protocol, /destination ports or type of ICMP, and {@literal <}source ports. */
    private static final String TABLE = """
            Amanda udp/10080 tcp/10080
            Auth tcp/113
            BGP tcp/179
            BitTorrent tcp/6881:6889 udp/6881
            BitTorrent32 tcp/6881:6999 udp/6881
            Ceph tcp/6789 tcp/3300 tcp/6800:7300
            Citrix tcp/1494 udp/1604 tcp/2598
            CVS tcp/2401
            DAAP tcp/3689 udp/3689
            DCC tcp/6277
            DHCPfwd udp/67:68<67:68
            DHCPv6 udp/546:547<546:547
            Distcc tcp/3632
            DNS udp/53 tcp/53
            Finger tcp/79
            FTP tcp/21
            Git tcp/9418
            GNUnet tcp/2086 udp/2086 tcp/1080 udp/1080
            GRE 47
            HKP tcp/11371
            HTTP tcp/80
            HTTP/3 udp/443
            HTTPS tcp/443
            ICPV2 udp/3130
            ICQ tcp/5190
            IMAP tcp/143
            IMAPS tcp/993
            IPIP 94
            IPsec udp/500<500 50
            IPsecah udp/500<500 51
            IPsecnat udp/500 udp/4500 50
            IRC tcp/6667
            Jetdirect tcp/9100
            L2TP udp/1701
            LDAP tcp/389
            LDAPS tcp/636
            Mail tcp/25 tcp/465 tcp/587
            MDNS udp/5353
            MSNP tcp/1863
            MSSQL tcp/1433
            Munin tcp/4949
            MySQL tcp/3306
            NeighborDiscovery icmpv6/133 icmpv6/134 icmpv6/135 icmpv6/136
            NNTP tcp/119
            NNTPS tcp/563
            NTP udp/123
            OpenVPN udp/1194
            OSPF 89
            PBS tcp/8007
            PCA udp/5632 tcp/5631
            Ping icmp/8 icmpv6/128
            PMG tcp/8006
            POP3 tcp/110
            POP3S tcp/995
            PostgreSQL tcp/5432
            PPtP 47 tcp/1723
            Printer tcp/515
            Razor tcp/2703
            Rdate tcp/37
            RDP tcp/3389
            RIP udp/520
            RNDC tcp/953
            Rsync tcp/873
            SANE tcp/6566
            SixXS tcp/3874 udp/3740 41 udp/5072,8374
            SMB udp/135,445 udp/137:139 udp/1024:65535<137 tcp/135,139,445
            SMBswat tcp/901
            SMTP tcp/25
            SMTPS tcp/465
            SNMP udp/161:162 tcp/161
            SPAMD tcp/783
            SPICEproxy tcp/3128
            Squid tcp/3128
            SSH tcp/22
            Submission tcp/587
            SVN tcp/3690
            Syslog udp/514 tcp/514
            Telnet tcp/23
            Telnets tcp/992
            TFTP udp/69
            Time tcp/37
            Trcrt udp/33434:33524 icmp/8 icmpv6/128
            VNC tcp/5900:5999
            VNCL tcp/5500
            Web tcp/80 tcp/443
            Webcache tcp/8080
            Webmin tcp/10000
            Whois tcp/43
            """;

    private static final Map<String, List<String>> BY_NAME = new LinkedHashMap<>();

    static {
        TABLE.lines()
                .map(line -> List.of(line.split(" ")))
                .forEach(words -> BY_NAME.put(words.get(0).toLowerCase(Locale.ROOT), words.subList(1, words.size())));
    }

    private ProxmoxMacros() {}

    /** The alternatives that a macro stands for; empty if there is no such macro. */
    static Optional<List<Conditions>> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)))
                .map(all -> all.stream().map(ProxmoxMacros::conditions).toList());
    }

    private static Conditions conditions(String text) {
        String[] parts = text.split("[/<]");
        int proto = Values.protocol(parts[0]).orElseThrow();
        if (proto == Conditions.ICMP || proto == Conditions.ICMP6) {
            return Icmp.type(parts[1], proto == Conditions.ICMP6).orElseThrow();
        }
        Conditions c = Conditions.proto(proto);
        if (parts.length > 1) {
            c = c.and(Conditions.dstPort(
                    Values.ports(List.of(parts[1].split(","))).orElseThrow()));
        }
        return parts.length > 2
                ? c.and(Conditions.srcPort(Values.ports(List.of(parts[2])).orElseThrow()))
                : c;
    }
}
