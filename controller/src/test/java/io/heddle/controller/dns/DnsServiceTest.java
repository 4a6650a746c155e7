package io.heddle.controller.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.openflow.codec.Checksum;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What the service does with questions of others, and with what is none. */
class DnsServiceTest {
    private DatagramSocket other;
    private Guests guests;

    @BeforeEach
    void open() throws IOException {
        other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        other.setSoTimeout(5000);
        guests = new Guests(other.getLocalPort());
    }

    @AfterEach
    void close() {
        guests.close();
        other.close();
    }

    /** What the other server is asked. */
    private DatagramPacket heard() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        other.receive(packet);
        return packet;
    }

    private static Message message(DatagramPacket packet) throws IOException {
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    private static Message answered(Message asked, String address) throws IOException {
        Message answer = new Message(asked.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.getHeader().setFlag(Flags.AD);
        answer.addRecord(asked.getQuestion(), Section.QUESTION);
        answer.addRecord(
                new ARecord(asked.getQuestion().getName(), DClass.IN, 77, InetAddresses.forString(address)),
                Section.ANSWER);
        return answer;
    }

    private void reply(DatagramPacket to, Message answer) throws IOException {
        byte[] bytes = answer.toWire();
        other.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
    }

    @Test
    void otherNamesAreForwarded() throws Exception {
        Message query = guests.query("Www.Example.org", Type.A);
        query.addRecord(new OPTRecord(4096, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        guests.send(Guests.WEB, "red", query.toWire());
        DatagramPacket packet = heard();
        Message asked = message(packet);
        assertEquals(
                "www.example.org.", asked.getQuestion().getName().canonicalize().toString());
        assertTrue(asked.getHeader().getFlag(Flags.RD));
        assertEquals(ExtendedFlags.DO, asked.getOPT().getFlags());
        reply(packet, answered(asked, "192.0.2.1"));
        Datagram frame = guests.frame();
        assertEquals("0a:4e:dd:00:00:01", Guests.mac(frame.source()));
        assertEquals(InetAddresses.forString("10.0.0.11"), frame.to());
        assertEquals(5353, frame.toPort());
        Message answer = new Message(frame.payload());
        assertEquals(query.getHeader().getID(), answer.getHeader().getID());
        assertEquals("Www.Example.org.", answer.getQuestion().getName().toString());
        assertEquals("192.0.2.1", answer.getSection(Section.ANSWER).get(0).rdataToString());
        assertEquals(77, answer.getSection(Section.ANSWER).get(0).getTTL());
        assertTrue(answer.getHeader().getFlag(Flags.RA) && answer.getHeader().getFlag(Flags.AD));
        assertEquals(1, guests.count("dns_forwarded_total"));
    }

    @Test
    void idsAndPortsAreHardToGuess() throws Exception {
        Set<Integer> ids = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            guests.send(
                    Guests.WEB,
                    "red",
                    guests.query("n" + i + ".example.org", Type.A).toWire());
            DatagramPacket packet = heard();
            ids.add(message(packet).getHeader().getID());
            ports.add(packet.getPort());
        }
        assertTrue(ids.size() > 15 && ports.size() > 15, ids + " " + ports);
    }

    @Test
    void forgedAnswersAreLeftAside() throws Exception {
        guests.send(Guests.WEB, "red", guests.query("example.org", Type.A).toWire());
        DatagramPacket packet = heard();
        Message asked = message(packet);
        try (DatagramSocket forger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] forged = answered(asked, "192.0.2.66").toWire();
            forger.send(new DatagramPacket(forged, forged.length, packet.getSocketAddress()));
        }
        Message otherId = answered(asked, "192.0.2.66");
        otherId.getHeader().setID(asked.getHeader().getID() ^ 1);
        reply(packet, otherId);
        reply(packet, answered(guests.query("example.com", Type.A), "192.0.2.66"));
        Message otherName = answered(guests.query("example.com", Type.A), "192.0.2.66");
        otherName.getHeader().setID(asked.getHeader().getID());
        reply(packet, otherName);
        byte[] noise = {1, 2, 3};
        other.send(new DatagramPacket(noise, noise.length, packet.getSocketAddress()));
        reply(packet, answered(asked, "192.0.2.1"));
        assertEquals(
                "192.0.2.1", guests.answer().getSection(Section.ANSWER).get(0).rdataToString());
        reply(packet, answered(asked, "192.0.2.66"));
        assertTrue(guests.isSilent(), "only one answer");
    }

    @Test
    void whatNobodyAnswersFails() throws Exception {
        other.close();
        long begun = System.nanoTime();
        assertEquals("SERVFAIL", guests.look("red", "example.org", Type.A));
        assertTrue(System.nanoTime() - begun < 2_000_000_000L, "nobody listens there, and its host says so");
        assertEquals(1, guests.count("dns_unanswered_total"));
    }

    @Test
    void aSilentServerIsAskedTwice() throws Exception {
        guests.send(Guests.WEB, "red", guests.query("example.org", Type.A).toWire());
        int first = message(heard()).getHeader().getID();
        DatagramPacket packet = heard();
        Message second = message(packet);
        assertTrue(first != second.getHeader().getID());
        reply(packet, answered(second, "192.0.2.1"));
        assertEquals(Rcode.NOERROR, guests.answer().getRcode());
    }

    @Test
    void noMoreQuestionsWaitThanAPortMayHave() throws Exception {
        for (int i = 0; i < PendingQuestions.MOST_PER_PORT + 10; i++) {
            byte[] question = guests.query("n" + i + ".example.org", Type.A).toWire();
            guests.send(Guests.WEB, "red", question);
            guests.send(Guests.WEB, "red", question);
        }
        assertTrue(guests.isSilent());
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < PendingQuestions.MOST_PER_PORT; i++) {
            asked.add(message(heard()).getQuestion().getName().toString());
        }
        assertEquals(PendingQuestions.MOST_PER_PORT, asked.size(), "and none twice");
        assertEquals(20, guests.count("dns_left_out_total"));
        // Another port has a share of its own.
        guests.send(
                new DnsService.Asker(1, 2),
                "red",
                guests.query("example.org", Type.A).toWire());
        assertEquals("example.org.", message(heard()).getQuestion().getName().toString());
    }

    @Test
    void floodsOfOnePortAreLeftUnread() throws Exception {
        byte[] question = guests.query("web.red.example", Type.A).toWire();
        DnsService.Asker flood = new DnsService.Asker(1, 7);
        for (int i = 0; i < 2000; i++) {
            guests.send(flood, "red", question);
        }
        long answered = settled().size();
        assertTrue(answered >= 500 && answered < 1000, answered + " answered");
        assertEquals(2000, answered + guests.count("dns_left_out_total"));
    }

    /** All answers to what was sent so far. */
    private List<byte[]> settled() throws IOException, InterruptedException {
        Message last = guests.query("web.red.example", Type.A);
        guests.send(Guests.WEB, "red", last.toWire());
        List<byte[]> all = new ArrayList<>();
        while (true) {
            Datagram frame = guests.frame();
            assertNotNull(frame, "the service still answers");
            if (Arrays.equals(frame.payload(), 0, 2, last.toWire(), 0, 2)) {
                return all;
            }
            all.add(frame.payload());
        }
    }

    @Test
    void oddQuestionsAreRefused() throws Exception {
        Message chaos = new Message(1);
        chaos.addRecord(Record.newRecord(Name.fromString("version.bind."), Type.TXT, DClass.CH), Section.QUESTION);
        assertEquals(Rcode.REFUSED, guests.ask("red", chaos).getRcode());
        assertEquals("REFUSED", guests.look("red", "red.example", Type.AXFR));
        Message notify = guests.query("red.example", Type.SOA);
        notify.getHeader().setOpcode(Opcode.NOTIFY);
        assertEquals(Rcode.NOTIMP, guests.ask("red", notify).getRcode());
        Message two = guests.query("web.red.example", Type.A);
        two.addRecord(two.getQuestion(), Section.QUESTION);
        assertEquals(Rcode.FORMERR, guests.ask("red", two).getRcode());
        Message later = guests.query("web.red.example", Type.A);
        later.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
        assertEquals(Rcode.BADVERS, guests.ask("red", later).getRcode());
        Message iterative = guests.query("example.org", Type.A);
        iterative.getHeader().unsetFlag(Flags.RD);
        assertEquals(Rcode.REFUSED, guests.ask("red", iterative).getRcode());
        assertEquals("REFUSED", guests.look("lab", "example.org", Type.A));
    }

    @Test
    void malformedMessagesDoNoHarm() throws Exception {
        // A name that points at itself, one that points ahead, and one that ends early.
        for (byte[] tail : new byte[][] {
            Guests.bytes(0xc0, 12, 0, 1, 0, 1), Guests.bytes(0xc0, 14, 0xc0, 12, 0, 1, 0, 1), Guests.bytes(63, 'a')
        }) {
            byte[] message = Arrays.copyOf(Guests.bytes(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0), 12 + tail.length);
            System.arraycopy(tail, 0, message, 12, tail.length);
            guests.send(Guests.WEB, "red", message);
            byte[] answer = guests.frame().payload();
            assertEquals(12, answer.length);
            assertEquals(Rcode.FORMERR, new Message(answer).getRcode());
            assertEquals(0x1234, new Message(answer).getHeader().getID());
        }
        Random random = new Random(53);
        int port = 100;
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 1000; i++) {
                byte[] message = guests.query("web.red.example", Type.A).toWire();
                for (int change = random.nextInt(6); change >= 0; change--) {
                    message[2 + random.nextInt(message.length - 2)] = (byte) random.nextInt();
                }
                byte[] part = Arrays.copyOf(message, random.nextInt(message.length + 1));
                guests.send(new DnsService.Asker(1, port++), "red", part);
            }
            settled().forEach(a -> assertTrue(a.length < 200, "no answer is much larger than its question"));
        }
    }

    @Test
    void longAnswersOfOthersAreTruncated() throws Exception {
        guests.send(Guests.WEB, "red", guests.query("example.org", Type.TXT).toWire());
        DatagramPacket packet = heard();
        Message asked = message(packet);
        Message answer = answered(asked, "192.0.2.1");
        answer.removeAllRecords(Section.ANSWER);
        for (int i = 0; i < 4; i++) {
            answer.addRecord(
                    new TXTRecord(asked.getQuestion().getName(), DClass.IN, 60, i + "x".repeat(200)), Section.ANSWER);
        }
        reply(packet, answer);
        byte[] bytes = guests.frame().payload();
        assertTrue(bytes.length <= 512, bytes.length + " bytes");
        assertTrue(new Message(bytes).getHeader().getFlag(Flags.TC));
    }

    @Test
    void onlyQuestionsOfHostsToTheirGatewayAreAnswered() throws Exception {
        byte[] question = guests.query("web.red.example", Type.A).toWire();
        guests.send(Guests.WEB, "red", Guests.frame("10.0.0.11", "10.0.1.1", question));
        guests.send(Guests.WEB, "red", Guests.frame("10.0.0.1", "10.0.0.1", question));
        guests.send(Guests.WEB, "red", Guests.frame("224.0.0.1", "10.0.0.1", question));
        guests.send(Guests.WEB, "red", Guests.frame("0.0.0.0", "10.0.0.1", question));
        guests.send(Guests.WEB, "plain", Guests.frame("10.0.2.11", "10.0.2.1", question));
        guests.send(new DnsService.Asker(99, 1), "red", Guests.frame("10.0.0.11", "10.0.0.1", question));
        guests.sendFrame(Guests.WEB, "red", mapped(question));
        Message answer = guests.query("web.red.example", Type.A);
        answer.getHeader().setFlag(Flags.QR);
        guests.send(Guests.WEB, "red", answer.toWire());
        assertTrue(guests.isSilent());
    }

    /** A frame from ::ffff:10.0.0.11. */
    private byte[] mapped(byte[] question) {
        byte[] frame = Guests.frame("fd00::11", "fd00::1", question).write();
        Arrays.fill(frame, 22, 32, (byte) 0);
        Arrays.fill(frame, 32, 34, (byte) 0xff);
        System.arraycopy(InetAddresses.forString("10.0.0.11").getAddress(), 0, frame, 34, 4);
        return frame;
    }

    @Test
    void framesKeepTheirTagsAndSums() throws Exception {
        byte[] tags = Guests.bytes(0x81, 0, 0, 200);
        Datagram v6 = Guests.frame(
                "fd00::11",
                "fd00::1",
                guests.query("web.red.example", Type.AAAA).toWire());
        Datagram tagged = new Datagram(
                v6.destination(), v6.source(), tags, v6.from(), v6.to(), v6.fromPort(), v6.toPort(), v6.payload());
        guests.send(Guests.WEB, "red", tagged);
        Datagram back = guests.frame();
        assertArrayEquals(tags, back.tags());
        assertEquals(v6.from(), back.to());
        assertEquals(v6.to(), back.from());
        assertEquals("02:00:00:00:00:01", Guests.mac(back.destination()));
        assertEquals(Rcode.NOERROR, new Message(back.payload()).getRcode());
        byte[] frame = back.write();
        int ip = 12 + tags.length + 2;
        int udp = ip + 40;
        int pseudo = Checksum.add(frame, ip + 8, 32, 17 + frame.length - udp);
        assertEquals(0, Checksum.of(frame, udp, frame.length - udp, pseudo), "the sum over all is right");
    }

    @Test
    void oddFramesDoNoHarm() throws Exception {
        byte[] question = guests.query("web.red.example", Type.A).toWire();
        Random random = new Random(67);
        int port = 100;
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 1000; i++) {
                boolean v4 = random.nextBoolean();
                byte[] frame = Guests.frame(v4 ? "10.0.0.11" : "fd00::11", v4 ? "10.0.0.1" : "fd00::1", question)
                        .write();
                for (int change = random.nextInt(4); change >= 0; change--) {
                    frame[12 + random.nextInt(frame.length - 12)] = (byte) random.nextInt();
                }
                byte[] part = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
                guests.sendFrame(new DnsService.Asker(1, port++), "red", random.nextBoolean() ? frame : part);
            }
            settled();
        }
    }
}
