package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.dhcp.Reserver;
import io.heddle.flows.model.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the body of a request for a reservation. */
final class AddressWish {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KEYS = new TreeSet<>(Set.of("name", "mac", "address", "version"));
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}";
    private static final String MAC = "([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}";
    private static final String EXAMPLE = "{\"name\": \"db1\"} or {\"mac\": \"02:00:00:00:01:01\"}";
    private static final long MULTICAST = 1L << 40;

    private AddressWish() {}

    /** Reads a request's body. @throws BadRequest with what is wrong and what would be right */
    static Reserver.Wish of(String body, Network network) throws BadRequest {
        JsonNode wish = tree(body);
        Set<String> unknown = new TreeSet<>();
        wish.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new BadRequest(
                    400, "unknown key " + String.join(", ", unknown) + ": expected " + String.join(", ", KEYS));
        }
        String name = text(wish, "name", NAME, "1 to 128 letters, digits, '.', '_', ':', '/', '@' or '-'");
        String mac = text(wish, "mac", MAC, "a MAC address such as 02:00:00:00:01:01")
                .toLowerCase(Locale.ROOT);
        if (name.isEmpty() && mac.isEmpty()) {
            throw new BadRequest(400, "say for whom: expected " + EXAMPLE);
        }
        long number = mac.isEmpty() ? 0 : Long.parseLong(mac.replace(":", ""), 16);
        if ((number & MULTICAST) != 0) {
            throw new BadRequest(400, "mac: " + mac + " is a multicast address: the first byte of a host's is even");
        }
        String text = text(wish, "address", "[0-9a-fA-F.:]+", "an IP address such as 10.0.200.12");
        if (!text.isEmpty() && !InetAddresses.isInetAddress(text)) {
            throw new BadRequest(400, "address: expected an IP address such as 10.0.200.12, found \"" + text + "\"");
        }
        Optional<InetAddress> address = text.isEmpty() ? Optional.empty() : Optional.of(InetAddresses.forString(text));
        String version = text(wish, "version", "[46]", "4 or 6");
        boolean v4 = address.map(a -> a instanceof Inet4Address)
                .orElse(version.isEmpty() ? network.subnet4().isPresent() : version.equals("4"));
        return new Reserver.Wish(
                number == 0 ? Lease.FOR_NAME + name : Lease.forMac(number),
                number,
                "",
                name,
                v4,
                address,
                address.isPresent());
    }

    private static JsonNode tree(String body) throws BadRequest {
        try {
            JsonNode tree = JSON.readTree(body == null ? "" : body);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException e) {
            // Reported below.
        }
        throw new BadRequest(400, "expected a JSON object such as " + EXAMPLE);
    }

    private static String text(JsonNode wish, String key, String pattern, String expected) throws BadRequest {
        JsonNode value = wish.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.asText().matches(pattern)) {
            throw new BadRequest(400, key + ": expected " + expected + ", found " + value);
        }
        return value.asText();
    }
}
