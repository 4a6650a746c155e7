package io.heddle.controller.dns;

import com.google.common.net.InetAddresses;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.controller.dhcp.Lease;
import io.heddle.events.Counters;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;

/** Guests that ask a service for names. */
final class Guests implements AutoCloseable {
    static final String FILE = """
            heddle: v1
            networks:
              red:
                vlan: 200
                subnet: [10.0.0.0/24, "fd00::/64"]
                gateway: [10.0.0.1, "fd00::1"]
                dhcp: {range: 10.0.0.100-199}
                dns: {domain: Red.example, forward: [127.0.0.1]}
              blue: {vlan: 300, subnet: 10.0.1.0/24, gateway: 10.0.1.1, dns: {domain: sub.red.example, ttl: 300}}
              lab:
                vlan: 400
                subnet: 10.0.0.0/24
                gateway: 10.0.0.1
                dhcp: {range: 10.0.0.100-199}
                dns: {domain: red.example, forward: []}
              plain: {vlan: 500, subnet: 10.0.2.0/24, gateway: 10.0.2.1}
            routers:
              edge: {networks: [red, blue, plain]}
            hosts:
              hv1:
                ovsdb: "tcp:127.0.0.1:9"
                bridges:
                  br0:
                    datapath-id: "0000000000000001"
                    ports:
                      web: {access: red, mac: "02:00:00:00:00:01", address: [10.0.0.11/24, "fd00::11/64"]}
                      any: {access: red}
                      some: {access: red}
                      no_name: {access: red, address: [10.0.0.12/24]}
                      db: {access: blue, address: [10.0.1.11/24]}
                      lab: {access: lab, mac: "02:00:00:00:00:01", address: [10.0.0.11/24]}
                      off: {access: plain, address: [10.0.2.11/24]}
                      both: {trunk: [red, blue], uplink: false, address: [10.0.0.13/24, 10.0.1.13/24]}
              hv2:
                ovsdb: "tcp:127.0.0.2:9"
                bridges:
                  br0:
                    ports:
                      web: {access: lab, address: [10.0.0.21/24]}
                      any: {access: red, address: [10.0.0.14/24]}
            """;
    static final DnsService.Asker WEB = new DnsService.Asker(1, 1);

    final Counters counters = new Counters();
    final List<Lease> leases = new CopyOnWriteArrayList<>();
    final NetworkModel model;
    private final DnsService service;
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    private int ids = 1000;

    /** @param port where another server listens on 127.0.0.1 */
    Guests(int port) {
        try {
            model = NetworkFile.read(Map.of("n.yaml", FILE)).model();
        } catch (InvalidNetworkException e) {
            throw new IllegalStateException(e);
        }
        service = new DnsService(() -> new ArrayList<>(leases), counters, port);
    }

    /** A host behind a port of hv1 gets a lease. */
    void lease(String network, String address, String port, String name) {
        leases.add(new Lease(
                network,
                InetAddresses.forString(address),
                "01" + address,
                0x0200_0000_00aaL,
                "hv1/br0/" + port,
                name,
                Lease.State.BOUND,
                System.currentTimeMillis() / 1000 + 30));
    }

    /** Asks in a network, from 10.0.0.11 or fd00::11. */
    Message ask(String network, String name, int type) throws IOException, InterruptedException {
        return ask(network, query(name, type));
    }

    Message ask(String network, Message query) throws IOException, InterruptedException {
        send(WEB, network, query.toWire());
        return answer();
    }

    Message query(String name, int type) throws IOException {
        Message query = new Message(ids++);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN), Section.QUESTION);
        return query;
    }

    void send(DnsService.Asker asker, String network, byte[] question) {
        send(
                asker,
                network,
                frame(
                        "10.0.0.11",
                        model.networks().get(network).gateways().get(0).getHostAddress(),
                        question));
    }

    void send(DnsService.Asker asker, String network, Datagram datagram) {
        sendFrame(asker, network, datagram.write());
    }

    void sendFrame(DnsService.Asker asker, String network, byte[] frame) {
        service.received(model, asker, model.networks().get(network).number(), frame, answers::add);
    }

    static Datagram frame(String from, String to, byte[] question) {
        return new Datagram(
                0x0a4e_dd00_0001L,
                0x0200_0000_0001L,
                new byte[0],
                InetAddresses.forString(from),
                InetAddresses.forString(to),
                5353,
                53,
                question);
    }

    Datagram frame() throws InterruptedException {
        byte[] frame = answers.poll(6, TimeUnit.SECONDS);
        return frame == null ? null : Datagram.read(frame).orElseThrow();
    }

    /** The next answer, null for none. */
    Message answer() throws IOException, InterruptedException {
        Datagram frame = frame();
        return frame == null ? null : new Message(frame.payload());
    }

    /** Whether no answer comes to what was sent so far: a later question is answered first. */
    boolean isSilent() throws IOException, InterruptedException {
        Message last = ask("red", "web.red.example", org.xbill.DNS.Type.A);
        return last.getHeader().getID() == ids - 1 && answers.isEmpty();
    }

    /** The answers to a question as text, such as {@code 10.0.0.11}, or else the name of the result. */
    String look(String network, String name, int type) throws IOException, InterruptedException {
        Message m = ask(network, name, type);
        String rcode = org.xbill.DNS.Rcode.string(m.getRcode());
        List<Record> records = m.getSection(Section.ANSWER);
        return records.isEmpty()
                ? rcode
                : String.join(
                        " ",
                        records.stream().map(Record::rdataToString).sorted().toList());
    }

    String reverse(String network, String address) throws IOException, InterruptedException {
        return look(network, ReverseMap.fromAddress(address).toString(), org.xbill.DNS.Type.PTR);
    }

    long count(String name) {
        return counters.of(name).sum();
    }

    static String mac(long mac) {
        return FlowText.mac(mac);
    }

    static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        Arrays.setAll(values, i -> {
            out[i] = (byte) values[i];
            return values[i];
        });
        return out;
    }

    @Override
    public void close() {
        service.close();
    }
}
