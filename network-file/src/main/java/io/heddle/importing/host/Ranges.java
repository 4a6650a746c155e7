package io.heddle.importing.host;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Prefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Ranges of addresses for DHCP. */
final class Ranges {
    private final List<InetAddress[]> taken = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    /**
     * Adds a range as a network file says it, without the gateway.
     *
     * @param withLength an address of the subnet
     * @param gateway "" for none
     */
    void add(Value start, Value end, String withLength, String gateway) throws HostFileException {
        InetAddress first = InetAddresses.forString(Addresses.address(start).text());
        InetAddress last = InetAddresses.forString(Addresses.address(end).text());
        Prefix subnet = Addresses.subnet(withLength);
        boolean right = subnet.isV4() && subnet.isHost(first) && subnet.isHost(last) && !isBefore(last, first);
        boolean overlaps = taken.stream().anyMatch(t -> !isBefore(last, t[0]) && !isBefore(t[1], first));
        if (!right || overlaps) {
            throw start.place()
                    .error(
                            overlaps
                                    ? "the range " + start.text() + "-" + end.text() + " overlaps another one"
                                    : "expected a range of addresses in " + subnet + ", found " + start.text() + "-"
                                            + end.text());
        }
        taken.add(new InetAddress[] {first, last});
        if (!Addresses.isAddress(gateway) || !Addresses.isV4(gateway)) {
            text(first, last);
            return;
        }
        InetAddress router = InetAddresses.forString(gateway);
        if (isBefore(router, first) || isBefore(last, router)) {
            text(first, last);
            return;
        }
        if (!router.equals(first)) {
            text(first, Prefix.plus(router, -1));
        }
        if (!router.equals(last)) {
            text(Prefix.plus(router, 1), last);
        }
    }

    private static boolean isBefore(InetAddress a, InetAddress b) {
        return Prefix.ORDER.compare(a, b) < 0;
    }

    private void text(InetAddress first, InetAddress last) {
        texts.add(first.getHostAddress() + "-" + last.getHostAddress());
    }

    List<String> texts() {
        return List.copyOf(texts);
    }
}
