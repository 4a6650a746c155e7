package io.heddle.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.router.Neighbours;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.Expectation;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.Frame;
import io.heddle.trace.Arrivals;
import io.heddle.trace.KnownHosts;
import io.heddle.trace.Origin;
import io.heddle.trace.PlannedNetwork;
import io.heddle.trace.Station;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Compares proofs with single frames: what a frame does in the switches' entries, no proof may deny. */
class DeniedFramesTest {
    private static final int FILES = 15;
    private static final int FRAMES = 80;
    private static final String ISP = "hv1/br0/isp";

    private final Random random = new Random(7);
    private int arrived;
    private int crossed;
    private int left;
    private int denied;

    /** What a file says, and who is asked about it. */
    private record Case(
            String yaml, NetworkFile.Declared declared, Expectations proofs, Function<String, Station> stations) {}

    @Test
    void noProofDeniesAFrameThatArrives() throws Exception {
        for (int f = 0; f < FILES; f++) {
            String yaml = RandomRouters.yaml(random);
            NetworkFile.Declared declared = NetworkFile.read(Map.of("n.yaml", yaml));
            NetworkModel model = declared.model();
            Checker checker = new Checker(model);
            Case c = new Case(yaml, declared, new Expectations(checker), stations(model));
            for (int i = 0; i < FRAMES; i++) {
                frame(c);
            }
            denied += c.proofs
                            .broken(cannot(random.nextInt(6), random.nextInt(6), List.of()))
                            .isEmpty()
                    ? 1
                    : 0;
        }
        System.out.println("measured: " + arrived + " frames arrived, " + crossed + " of them by a router, " + left
                + " left; " + denied + " of " + FILES + " pairs cannot reach each other");
        assertTrue(arrived > 60 && crossed > 50 && left > 60, arrived + ", " + crossed + ", " + left);
        assertTrue(denied > FILES / 10 && denied < FILES * 9 / 10, denied + " of " + FILES);
    }

    /** The switches of a file, after they have learnt the addresses outside. */
    private static Function<String, Station> stations(NetworkModel model) throws Exception {
        Function<String, Station> planned = PlannedNetwork.stations(model);
        int up = model.networks().get("up").number();
        List<FlowEntry> learnt =
                new ArrayList<>(Neighbours.learnt(up, InetAddress.getByName("192.0.2.1"), 0x0200_0000_00f1L, true));
        for (Router router : model.routers().values()) {
            Router.Outside o = router.outside().orElseThrow();
            long mac = o.moves()
                    ? Gateways.mac(router)
                    : Gateways.mac(model.hosts().get(o.hosts().get(0)));
            for (Inet4Address address : router.outsideAddresses()) {
                learnt.addAll(Neighbours.learnt(up, address, mac, false));
            }
        }
        return name -> {
            Station s = planned.apply(name);
            List<FlowEntry> entries = new ArrayList<>(s.entries());
            entries.addAll(learnt);
            return new Station(s.view(), entries, s.unreadable(), s.program());
        };
    }

    private void frame(Case c) {
        int from = random.nextInt(RandomRouters.GUESTS.size() + 1);
        boolean outside = from == RandomRouters.GUESTS.size();
        String to = RandomRouters.ADDRESSES.get(random.nextInt(RandomRouters.ADDRESSES.size()));
        String source = outside
                ? RandomRouters.ADDRESSES.get(random.nextInt(RandomRouters.ADDRESSES.size()))
                : RandomRouters.GUESTS.get(from).get(2);
        int port = RandomRouters.PORTS.get(random.nextInt(3));
        String proto = switch (random.nextInt(5)) {
            case 0 -> "icmp";
            case 1, 2 -> "udp,tp_src=" + random.nextInt(0x1_0000) + ",tp_dst=" + port;
            default -> "tcp,tp_src=" + random.nextInt(0x1_0000) + ",tp_dst=" + port;
        };
        String text = proto + ",nw_src=" + source + ",nw_dst=" + to + ",dl_dst=" + mac(c, to, outside || from == 5);
        NetworkModel model = c.declared.model();
        KnownHosts known = KnownHosts.of(model, List.of());
        Origin.Frame sent = Origin.frame(model, known, outside ? ISP : RandomRouters.port(from), "", text);
        Map<String, Frame> arrivals = Arrivals.of(c.declared, c.stations, known, sent);
        arrivals.forEach((at, frame) -> {
            for (int g = 0; g < RandomRouters.GUESTS.size(); g++) {
                if (g != from && at.equals(RandomRouters.port(g)) && isFor(g, frame) && !(outside && g == 5)) {
                    arrived++;
                    crossed += sent.header().exact(Field.ETH_DST).orElseThrow() != frame.get(Field.ETH_DST) ? 1 : 0;
                    refuted(c, outside ? in(g, asked(frame)) : cannot(from, g, asked(frame)), text);
                }
            }
            if (at.equals(ISP) && !outside && from != 5) {
                left++;
                refuted(c, out(from, asked(frame)), text);
            }
        });
    }

    private void refuted(Case c, Expectation e, String sent) {
        assertTrue(
                c.proofs.broken(e).isPresent(),
                () -> c.yaml + "\nproves that " + e.text() + " " + e.frames() + ", but it does by " + sent);
    }

    private String mac(Case c, String to, boolean up) {
        NetworkModel model = c.declared.model();
        List<Long> macs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            macs.add(Gateways.MAC);
            model.routers().values().stream().filter(r -> up).map(Gateways::mac).forEach(macs::add);
        }
        for (int i = 0; i < (up ? 4 : 1); i++) {
            model.hosts().values().stream().map(Gateways::mac).forEach(macs::add);
        }
        for (int g = 0; g < RandomRouters.GUESTS.size(); g++) {
            if (RandomRouters.GUESTS.get(g).get(2).equals(to)) {
                macs.add(Long.parseLong(RandomRouters.mac(g).replace(":", ""), 16));
            }
        }
        long mac = macs.get(random.nextInt(macs.size()));
        return String.format("%012x", mac).replaceAll("(..)(?!$)", "$1:");
    }

    private static boolean isFor(int guest, Frame frame) {
        long mac = Long.parseLong(RandomRouters.mac(guest).replace(":", ""), 16);
        Match to = FlowText.parseMatch(
                "ip,nw_dst=" + RandomRouters.GUESTS.get(guest).get(2));
        Match behind = FlowText.parseMatch("ip,nw_dst=203.0.113.0/24");
        return frame.get(Field.ETH_DST) == mac && (frame.matches(to) || frame.matches(behind));
    }

    private static List<Match> asked(Frame frame) {
        return List.of(FlowText.parseMatch(
                switch ((int) frame.get(Field.IP_PROTO)) {
                    case 6 -> "tcp,tp_dst=" + frame.get(Field.TCP_DST);
                    case 17 -> "udp,tp_dst=" + frame.get(Field.UDP_DST);
                    default -> "icmp,icmp_type=" + frame.get(Field.ICMP_TYPE);
                }));
    }

    private static Expectation.Group at(int guest) {
        String[] port = RandomRouters.port(guest).split("/");
        return new Expectation.AtPort(port[0], port[1], port[2]);
    }

    private static Expectation cannot(int from, int to, List<Match> frames) {
        String text = RandomRouters.port(from) + " cannot reach " + RandomRouters.port(to);
        return new Expectation(text, at(from), at(to), false, frames);
    }

    private static Expectation in(int to, List<Match> frames) {
        String text = "outside cannot reach " + RandomRouters.port(to);
        return new Expectation(text, new Expectation.Outside(), at(to), false, frames);
    }

    private static Expectation out(int from, List<Match> frames) {
        String text = RandomRouters.port(from) + " cannot reach outside";
        return new Expectation(text, at(from), new Expectation.Outside(), false, frames);
    }
}
