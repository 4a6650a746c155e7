package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Responder6Test {
    private static final String FILE = """
            heddle: v1
            networks:
              red:
                vlan: 200
                subnet: "fd00::/64"
                gateway: "fd00::1"
                dhcp:
                  range: ["fd00::10-12", "fd00::20-fd00::20"]
                  dns: ["fd00::11", 10.0.0.1]
                  ntp: ["fd00::3"]
                  search: [red.example]
              big: {vlan: 300, subnet: "fd00::/64", dhcp: {range: "fd00::1:0-ff"}}
              told: {vlan: 400, subnet: "fd00::/64", dhcp: {}}
            hosts:
              hv1:
                ovsdb: "tcp:127.0.0.1:9"
                bridges:
                  br0:
                    ports:
                      any: {access: red}
                      other: {access: red}
                      fixed: {access: red, mac: "02:00:00:00:00:77", address: ["fd00::12/64"]}
            """;
    private static final String ANY = "hv1/br0/any";
    private static final String OTHER = "hv1/br0/other";
    private static final String FIXED = "hv1/br0/fixed";
    private static final String NONE = "status 2";
    private static final String NO_BINDING = "status 3";

    private final Map<String, Plan6> plans;
    private final NetworkLeases leases = new NetworkLeases();
    private Plan6 plan;
    private long now = 1_000_000;
    private Responder6.Answer last;

    Responder6Test() throws InvalidNetworkException {
        plans = Plan6.all(NetworkFile.read(Map.of("n.yaml", FILE)).model());
        plan = plans.get("red");
    }

    /** A message with one association. @param client the last byte of the MAC, and of the DUID */
    private Optional<Dhcp6Message> send(int type, String port, int client, String address, int... more) {
        return send(type, port, client, client, address, more);
    }

    private Optional<Dhcp6Message> send(int type, String port, int mac, int duid, String address, int... more) {
        List<Dhcp6Message.Option> options = new ArrayList<>();
        options.add(new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[] {0, 3, 0, 1, (byte) duid}));
        if (List.of(3, 5, 8, 9).contains(type)) {
            options.add(new Dhcp6Message.Option(Dhcp6Message.SERVER_ID, plan.server()));
        }
        List<Dhcp6Message.Option> inner =
                address.isEmpty() ? List.of() : List.of(Dhcp6Message.address(InetAddresses.forString(address), 0));
        options.add(Dhcp6Message.association(7, 0, 0, inner));
        Arrays.stream(more).forEach(code -> options.add(new Dhcp6Message.Option(code, new byte[0])));
        return send(new Dhcp6Message(type, 0x123456, options), port, mac);
    }

    private Optional<Dhcp6Message> send(Dhcp6Message message, String port, int mac) {
        Dhcp6Message read = Dhcp6Message.read(message.write()).orElseThrow();
        last = Responder6.answer(
                plan, leases, now, leases::put, new Responder6.Request(read, port, 0x0200_0000_0000L + mac));
        last.reply()
                .ifPresent(r -> assertArrayEquals(
                        r.write(), Dhcp6Message.read(r.write()).orElseThrow().write()));
        return last.reply();
    }

    /** What became of the associations: addresses with their seconds, and status codes. */
    private static String told(Optional<Dhcp6Message> m) {
        List<String> out = new ArrayList<>();
        for (Dhcp6Message.Option o : m.map(Dhcp6Message::options).orElse(List.of())) {
            if (o.code() == Dhcp6Message.IA_NA) {
                byte[] inner = new byte[o.value().length - 8];
                System.arraycopy(o.value(), 12, inner, 4, o.value().length - 12);
                Dhcp6Message.read(inner).orElseThrow().options().forEach(i -> out.add(one(i)));
            }
        }
        return String.join(", ", out);
    }

    private static String one(Dhcp6Message.Option o) {
        ByteBuffer value = ByteBuffer.wrap(o.value());
        return o.code() == Dhcp6Message.STATUS
                ? "status " + value.getShort()
                : InetAddresses.toAddrString(Dhcp6Frame.address(o.value(), 0)) + " " + value.getInt(20);
    }

    private String join(String port, int client) {
        String offered = told(send(Dhcp6Message.SOLICIT, port, client, ""));
        assertEquals(
                Dhcp6Message.ADVERTISE, last.reply().map(Dhcp6Message::type).orElse(Dhcp6Message.ADVERTISE));
        return offered.startsWith("fd00")
                ? told(send(Dhcp6Message.REQUEST, port, client, offered.replaceFirst(" .*", "")))
                : offered;
    }

    @Test
    void givesFromTheRangesInOrderButNothingThatTheFileNames() {
        assertEquals("fd00::10 3600", join(ANY, 1));
        assertEquals("fd00::20 3600", join(OTHER, 2), ".11 is a name server, .12 a port's");
        assertEquals(NONE, join(OTHER, 3));
        assertEquals(Responder.Trouble.EXHAUSTED, last.trouble());
        assertEquals(2, leases.used(plan, now));
        assertEquals(2, plan.size());
        assertEquals(
                Dhcp6Message.REPLY,
                send(Dhcp6Message.SOLICIT, ANY, 1, "", Dhcp6Message.RAPID_COMMIT)
                        .orElseThrow()
                        .type());
    }

    @Test
    void givesADeclaredAddressToItsPortAlone() {
        assertEquals("fd00::12 3600", join(FIXED, 0x77));
        assertEquals("", join(FIXED, 1), "another MAC behind the port");
        assertEquals("", join(ANY, 0x77), "the MAC behind another port");
        assertEquals("fd00::10 3600, fd00::12 0", told(send(Dhcp6Message.RENEW, ANY, 1, "fd00::12")));
        assertEquals("fd00::12 3600, fd00::10 0", told(send(Dhcp6Message.RENEW, FIXED, 0x77, "fd00::10")));
    }

    @Test
    void anOfferIsKeptForAMinuteAndALeaseForItsTime() {
        assertEquals("fd00::10 3600", told(send(Dhcp6Message.SOLICIT, ANY, 1, "")));
        assertEquals("fd00::20 3600", told(send(Dhcp6Message.SOLICIT, OTHER, 2, "")));
        assertEquals(NONE, told(send(Dhcp6Message.SOLICIT, OTHER, 3, "")));
        now += 61;
        assertEquals("fd00::10 3600", join(OTHER, 3));
        now += 3000;
        assertEquals("fd00::10 3600", told(send(Dhcp6Message.RENEW, OTHER, 3, "fd00::10")));
        now += 3599;
        assertEquals("fd00::10 3600", told(send(Dhcp6Message.REBIND, OTHER, 3, "fd00::10")));
        now += 3601;
        assertEquals("fd00::20 3600", join(ANY, 4));
        assertEquals("fd00::10 3600", join(OTHER, 3), "its former address");
    }

    @Test
    void confirmsWhatIsOnTheLink() {
        Dhcp6Message right = send(Dhcp6Message.CONFIRM, ANY, 1, "fd00::99").orElseThrow();
        assertArrayEquals(new byte[] {0, 0}, right.option(Dhcp6Message.STATUS).orElseThrow());
        Dhcp6Message wrong = send(Dhcp6Message.CONFIRM, ANY, 1, "fd01::99").orElseThrow();
        assertArrayEquals(new byte[] {0, 4}, wrong.option(Dhcp6Message.STATUS).orElseThrow());
        assertTrue(send(Dhcp6Message.CONFIRM, ANY, 1, "").isEmpty());
    }

    @Test
    void releasesAndDeclinesOnlyTheClientsOwn() {
        join(ANY, 1);
        assertEquals(NO_BINDING, told(send(Dhcp6Message.RELEASE, OTHER, 2, 1, "fd00::10")), "with a copied DUID");
        assertEquals(1, leases.used(plan, now));
        assertEquals("", told(send(Dhcp6Message.RELEASE, ANY, 1, "fd00::10")));
        assertEquals(0, leases.used(plan, now));
        join(ANY, 1);
        send(Dhcp6Message.DECLINE, ANY, 1, "fd00::10");
        assertEquals(Responder.Trouble.DECLINED, last.trouble());
        assertEquals("fd00::20 3600", join(ANY, 1));
    }

    @Test
    void aCopiedIdentifierGivesNothing() {
        assertEquals("fd00::10 3600", join(ANY, 1));
        String other = told(send(Dhcp6Message.SOLICIT, OTHER, 2, 1, "fd00::10"));
        assertEquals("fd00::20 3600", other);
        assertEquals("fd00::10 3600", told(send(Dhcp6Message.RENEW, ANY, 1, "fd00::10")));
    }

    @Test
    void onePortCannotTakeAll() {
        plan = plans.get("big");
        for (int i = 0; i < Responder.MOST_PER_PORT; i++) {
            assertTrue(join(ANY, i).startsWith("fd00::1:"), "" + i);
        }
        assertEquals(NONE, join(ANY, 100));
        assertEquals(Responder.Trouble.PORT_LIMIT, last.trouble());
        assertTrue(join(OTHER, 100).startsWith("fd00::1:"));
    }

    /** A guest may make up as many hosts as it likes, one after the other. */
    @Test
    void onePortIsRememberedForAFewAddresses() {
        plan = plans.get("big");
        assertTrue(join(OTHER, 1).startsWith("fd00::1:"));
        for (int i = 0; i < 300; i++) {
            String given = join(ANY, 1000 + i);
            assertTrue(given.startsWith("fd00::1:"), i + ": " + given);
            send(Dhcp6Message.RELEASE, ANY, 1000 + i, given.replaceFirst(" .*", ""));
            now++;
        }
        assertEquals(NetworkLeases.MOST_PER_PORT + 1, leases.all().size());
        String wanted = "fd00::1:f0";
        assertFalse(told(send(Dhcp6Message.REQUEST, ANY, 2000, wanted)).startsWith(wanted), "not even a wanted one");
        assertEquals(wanted + " 3600", told(send(Dhcp6Message.REQUEST, OTHER, 2001, wanted)), "others are free");
    }

    @Test
    void looksOnlyAtAFewAssociations() {
        plan = plans.get("big");
        List<Dhcp6Message.Option> options = new ArrayList<>();
        options.add(new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[] {0, 3, 0, 1, 1}));
        for (int i = 0; i < 50; i++) {
            options.add(Dhcp6Message.association(i, 0, 0, List.of()));
        }
        options.add(new Dhcp6Message.Option(Dhcp6Message.RAPID_COMMIT, new byte[0]));
        Optional<Dhcp6Message> reply = send(new Dhcp6Message(Dhcp6Message.SOLICIT, 1, options), ANY, 1);
        assertEquals(4, leases.all().size());
        assertEquals(4, leases.all().stream().map(Lease::address).distinct().count());
        assertEquals(4, told(reply).split(", ").length);
    }

    @Test
    void informsWithoutALease() {
        Dhcp6Message m = send(
                        new Dhcp6Message(
                                Dhcp6Message.INFORMATION_REQUEST,
                                5,
                                List.of(new Dhcp6Message.Option(
                                        Dhcp6Message.OPTION_REQUEST, new byte[] {0, 31, 0, 56, 0, 32}))),
                        ANY,
                        1)
                .orElseThrow();
        assertEquals(Dhcp6Message.REPLY, m.type());
        assertEquals(5, m.xid());
        InetAddress dns = Dhcp6Frame.address(m.option(Dhcp6Message.NAME_SERVERS).orElseThrow(), 0);
        assertEquals(InetAddresses.forString("fd00::11"), dns);
        assertEquals("03726564076578616d706c6500", hex(m, Dhcp6Message.SEARCH));
        assertEquals("fd000000000000000000000000000003", hex(m, Dhcp6Message.SIMPLE_TIME_SERVERS));
        assertEquals("00010010" + "fd000000000000000000000000000003", hex(m, Dhcp6Message.TIME_SERVERS));
        assertEquals("00000e10", hex(m, Dhcp6Message.REFRESH_TIME));
        assertTrue(leases.all().isEmpty());
        plan = plans.get("told");
        assertEquals(NONE, told(send(Dhcp6Message.SOLICIT, ANY, 1, "")), "no range, and nothing declared");
        assertEquals(Responder.Trouble.NONE, last.trouble());
    }

    private static String hex(Dhcp6Message m, int code) {
        return HexFormat.of().formatHex(m.option(code).orElseThrow());
    }

    @Test
    void leavesAloneWhatIsNotForThisServer() {
        for (int type : new int[] {0, 2, 7, 10, 12, 13, 200}) {
            assertTrue(send(type, ANY, 1, "").isEmpty(), "type " + type);
        }
        Dhcp6Message.Option id = new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[] {0, 3, 0, 1, 1});
        Dhcp6Message.Option foreign = new Dhcp6Message.Option(Dhcp6Message.SERVER_ID, new byte[] {0, 3, 0, 1, 9});
        Dhcp6Message.Option ia = Dhcp6Message.association(7, 0, 0, List.of());
        assertTrue(send(new Dhcp6Message(Dhcp6Message.REQUEST, 1, List.of(id, foreign, ia)), ANY, 1)
                .isEmpty());
        assertTrue(send(new Dhcp6Message(Dhcp6Message.REQUEST, 1, List.of(id, ia)), ANY, 1)
                .isEmpty());
        assertTrue(send(new Dhcp6Message(Dhcp6Message.SOLICIT, 1, List.of(id, foreign, ia)), ANY, 1)
                .isEmpty());
        assertTrue(send(new Dhcp6Message(Dhcp6Message.SOLICIT, 1, List.of(ia)), ANY, 1)
                .isEmpty());
        Dhcp6Message.Option tooLong = new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[131]);
        assertTrue(send(new Dhcp6Message(Dhcp6Message.SOLICIT, 1, List.of(tooLong, ia)), ANY, 1)
                .isEmpty());
        assertTrue(leases.all().isEmpty());
    }

    /** Messages with some wrong bytes, also in lengths, identifiers and addresses. */
    @Test
    void noMessageDoesHarm() {
        Random random = new Random(2);
        int answered = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Dhcp6Message.Option> options = new ArrayList<>();
            options.add(new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, new byte[] {0, 3, 0, 1, (byte) (i & 7)}));
            options.add(new Dhcp6Message.Option(Dhcp6Message.SERVER_ID, plan.server()));
            InetAddress wanted = InetAddresses.forString("fd00::" + Integer.toHexString(random.nextInt(48)));
            options.add(Dhcp6Message.association(i & 3, 0, 0, List.of(Dhcp6Message.address(wanted, 9))));
            if (random.nextBoolean()) {
                options.remove(1);
            }
            byte[] bytes = new Dhcp6Message(1 + random.nextInt(13), i, options).write();
            if (random.nextInt(3) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            now += random.nextInt(100);
            Optional<Dhcp6Message> read = Dhcp6Message.read(bytes);
            if (read.isPresent()) {
                last = Responder6.answer(
                        plan, leases, now, leases::put, new Responder6.Request(read.get(), ANY, 0x02L << 40 | i & 7));
                answered += last.reply().isPresent() ? 1 : 0;
            }
        }
        assertTrue(answered > 5_000, "" + answered);
        assertTrue(
                leases.all().stream().allMatch(l -> plan.isFree(l.address())),
                leases.all().toString());
    }

    @Test
    void theServerIsTheSameAfterARestartAndAnotherInAnotherNetwork() throws InvalidNetworkException {
        Plan6 again =
                Plan6.all(NetworkFile.read(Map.of("n.yaml", FILE)).model()).get("red");
        assertArrayEquals(plan.server(), again.server());
        assertFalse(Arrays.equals(plan.server(), plans.get("big").server()));
    }
}
