package io.heddle.config;

import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The services that a port may be named after. Source: IANA's registry of service names and port numbers. */
public final class Services {
    /** The protocols with ports, in the order in which a service implies them. */
    public static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");

    /** Only the protocols that the service is usual with: a rule should not allow more than people mean. */
    private static final String TABLE = """
            ftp-data 20 tcp
            ftp 21 tcp
            ssh 22 tcp
            telnet 23 tcp
            smtp 25 tcp
            tacacs 49 tcp
            dns 53 tcp udp
            domain 53 tcp udp
            dhcp 67 udp
            dhcp-client 68 udp
            tftp 69 udp
            http 80 tcp
            kerberos 88 tcp udp
            pop3 110 tcp
            sunrpc 111 tcp udp
            ntp 123 udp
            netbios-ns 137 udp
            netbios-dgm 138 udp
            netbios-ssn 139 tcp
            imap 143 tcp
            snmp 161 udp
            snmp-trap 162 udp
            bgp 179 tcp
            ldap 389 tcp
            https 443 tcp
            http3 443 udp
            smb 445 tcp
            smtps 465 tcp
            isakmp 500 udp
            syslog 514 udp
            rtsp 554 tcp
            dhcpv6-client 546 udp
            dhcpv6 547 udp
            submission 587 tcp
            ipp 631 tcp
            ldaps 636 tcp
            dns-over-tls 853 tcp
            rsync 873 tcp
            imaps 993 tcp
            pop3s 995 tcp
            openvpn 1194 udp
            mssql 1433 tcp
            oracle 1521 tcp
            radius 1812 udp
            radius-acct 1813 udp
            mqtt 1883 tcp
            nfs 2049 tcp
            etcd 2379 tcp
            iscsi 3260 tcp
            mysql 3306 tcp
            rdp 3389 tcp udp
            ipsec-nat-t 4500 udp
            vxlan 4789 udp
            sip 5060 tcp udp
            mdns 5353 udp
            postgresql 5432 tcp
            amqp 5672 tcp
            vnc 5900 tcp
            geneve 6081 udp
            redis 6379 tcp
            kubernetes 6443 tcp
            mqtts 8883 tcp
            prometheus 9090 tcp
            elasticsearch 9200 tcp
            memcached 11211 tcp
            mongodb 27017 tcp
            wireguard 51820 udp
            """;

    private static final Map<String, Service> BY_NAME = new LinkedHashMap<>();

    static {
        TABLE.lines().map(line -> line.split(" ")).forEach(words -> {
            List<String> protocols = List.of(words).subList(2, words.length);
            BY_NAME.put(words[0], new Service(words[0], Integer.parseInt(words[1]), protocols));
        });
    }

    private Services() {}

    /** A service. @param protocols those that it is usual with, in the order of {@link #PROTOCOLS} */
    public record Service(String name, int port, List<String> protocols) {}

    public static Optional<Service> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** What is wrong with a name that stands for no service. */
    static String unknown(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String meant = BY_NAME.containsKey(lower)
                ? lower
                : Nearest.of(lower, new ArrayList<>(BY_NAME.keySet())).orElse(null);
        return "unknown service \"" + name + "\""
                + (meant != null
                        ? ", did you mean " + meant + "?"
                        : ": write the number of its port, 0 to 65535, or a range such as 8000-8100");
    }
}
