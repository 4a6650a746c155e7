package io.heddle.config;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/** An IPv4 address and a port, such as {@code 192.0.2.10:8080}. */
record Door(Inet4Address address, int port) {
    /** Reads one, or adds a problem. */
    static Optional<Door> read(Yaml y, List<Problem> problems) {
        int colon = y.text().lastIndexOf(':');
        String address = colon < 0 ? "" : y.text().substring(0, colon);
        String port = y.text().substring(colon + 1);
        boolean right = InetAddresses.isInetAddress(address)
                && InetAddresses.forString(address) instanceof Inet4Address
                && port.matches("[1-9]\\d{0,4}")
                && Integer.parseInt(port) <= 0xffff;
        if (!right) {
            problems.add(y.problem(
                    "expected an IPv4 address and a port such as 192.0.2.10:8080, found \"" + y.text() + "\""));
            return Optional.empty();
        }
        return Optional.of(new Door((Inet4Address) InetAddresses.forString(address), Integer.parseInt(port)));
    }
}
