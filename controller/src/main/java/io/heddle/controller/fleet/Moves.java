package io.heddle.controller.fleet;

import io.heddle.controller.bindings.Bindings;
import io.heddle.controller.bindings.Claim;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.events.Journal;
import io.heddle.events.RepairPace;
import io.heddle.flows.model.Binding;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchPort;
import io.heddle.openflow.SwitchRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** Lets the network in force follow its roaming ports. On the model thread, unless a method says otherwise. */
final class Moves {
    /** When the place of a guest that has come is announced, after its entries are there. */
    private static final int[] ANNOUNCED_MILLIS = {0, 100, 500};

    private final ModelThread modelThread;
    private final Journal journal;
    private final Bindings bindings;
    private final Consumer<NetworkModel> changed;
    private final ToldClaims newest;
    private final Map<String, RepairPace> paces = new HashMap<>();
    /** The interface at which the guest of each port spoke last. */
    private final Map<String, Binding> speakers = new HashMap<>();

    /** The ports whose move waits. */
    private final Set<String> waiting = new HashSet<>();

    private NetworkModel declared = NetworkModel.EMPTY;
    private NetworkModel bound = NetworkModel.EMPTY;

    /** @param changed gets the network in force when its ports have come, moved or gone */
    Moves(ModelThread modelThread, Journal journal, Bindings bindings, Consumer<NetworkModel> changed) {
        this.modelThread = modelThread;
        this.journal = journal;
        this.bindings = bindings;
        this.changed = changed;
        this.newest = new ToldClaims(modelThread::schedule, bindings::told, this::follow);
    }

    /** A network with its roaming ports where they are; any thread. */
    NetworkModel bind(NetworkModel network) {
        return bindings.bind(network);
    }

    /** A declared network comes into force. @return with its roaming ports where they are */
    NetworkModel begin(NetworkModel next) {
        declared = next;
        bound = bindings.bind(next);
        bindings.inForce(declared, bound);
        paces.keySet().retainAll(declared.roaming().keySet());
        speakers.keySet().retainAll(declared.roaming().keySet());
        return bound;
    }

    /** A host has told its claims; any thread. */
    void told(String host, Set<Claim> claims) {
        modelThread.execute(() -> newest.told(host, claims));
    }

    private void follow() {
        NetworkModel now = bindings.bind(declared);
        boolean same = now.hosts().equals(bound.hosts());
        bindings.inForce(declared, now);
        if (!same) {
            bound = now;
            changed.accept(now);
        }
    }

    /** A host has sent by a port that may move, and was not known to be there; any thread. */
    void spoke(NetworkModel.Place place, Map<String, SwitchPort> numbers, long mac, int inPort) {
        for (Port port : place.bridge().ports().values()) {
            if (port.roaming().filter(Roaming::standby).isEmpty()) {
                continue;
            }
            String device = port.roaming().get().device();
            SwitchPort there = numbers.get(device);
            OptionalLong own = port.endpoint().mac();
            if (there != null && there.number() == inPort && (own.isEmpty() || own.getAsLong() == mac)) {
                Binding to = new Binding(
                        port.name(), place.host().name(), place.bridge().name(), device);
                modelThread.execute(() -> spoke(to));
            }
        }
    }

    private void spoke(Binding at) {
        speakers.put(at.port(), at);
        if (!isStandby(at)) {
            return;
        }
        if (waiting.contains(at.port())) {
            return;
        }
        RepairPace.Verdict verdict =
                paces.computeIfAbsent(at.port(), p -> new RepairPace()).drifted(System.nanoTime());
        if (verdict.isRepeated()) {
            journal.add(
                    "contested",
                    at.port(),
                    "several hosts have its interface, and its MAC speaks at each of them in turn: two guests, or a"
                            + " host that only pretends; the port now stays where it is for seconds at a time");
        }
        if (verdict.pauseMillis() == 0) {
            move(at);
        } else {
            waiting.add(at.port());
            modelThread.schedule(() -> moveToLast(at.port()), verdict.pauseMillis());
        }
    }

    /** After a contested port has stayed for a while, it is where its guest spoke last. */
    private void moveToLast(String port) {
        waiting.remove(port);
        Binding last = speakers.get(port);
        if (last != null && isStandby(last)) {
            move(last);
        }
    }

    private boolean isStandby(Binding at) {
        return bound.found(at.port())
                .map(now ->
                        !(now.place() + "/" + now.port().roaming().orElseThrow().device()).equals(at.place()))
                .orElse(false);
    }

    private void move(Binding to) {
        if (bindings.moved(to)) {
            follow();
        }
    }

    /** Tells the networks of a port where its guest is now, and again, since rows and ports may have to follow. */
    void announce(NetworkModel.At arrived, SwitchRegistry switches) {
        for (int millis : ANNOUNCED_MILLIS) {
            modelThread.schedule(() -> announceNow(arrived, switches), millis);
        }
    }

    private void announceNow(NetworkModel.At arrived, SwitchRegistry switches) {
        bound.found(arrived.port().name())
                .filter(at -> at.place().toString().equals(arrived.place().toString()))
                .ifPresent(at -> switches.find(at.place().bridge().datapathId())
                        .ifPresent(c -> Announcement.send(c, bound, at.port())));
    }

    /** Lets a switch forget the guests that have left it. @param left where guests were */
    static void forget(NetworkModel model, List<NetworkModel.At> left, SwitchConnection from) {
        left.stream()
                .filter(at -> at.place().bridge().datapathId() == from.datapathId())
                .forEach(at ->
                        Announcement.eachMac(model, at.port(), (network, mac) -> from.hasLeft(network.number(), mac)));
    }

    /** The hosts whose rows may have to change from one network to the next. */
    static Set<String> concerned(NetworkModel before, NetworkModel now) {
        Set<String> out = new LinkedHashSet<>();
        for (Host host : now.hosts().values()) {
            if (!host.equals(before.hosts().get(host.name()))) {
                out.add(host.name());
            }
        }
        // A host that carries a network for the first time, or no longer, has tunnels to those that carry it too.
        for (Network network : now.networks().values()) {
            if (!names(before, network).equals(names(now, network))) {
                out.addAll(names(before, network));
                out.addAll(names(now, network));
            }
        }
        return out;
    }

    private static List<String> names(NetworkModel model, Network network) {
        return model.carriers(network).stream().map(Host::name).toList();
    }

    /** The roaming ports that have come to a host, from another or from nowhere. */
    static List<NetworkModel.At> arrived(NetworkModel before, NetworkModel now) {
        List<NetworkModel.At> out = new ArrayList<>();
        for (String port : now.roaming().keySet()) {
            now.found(port)
                    .filter(is -> before.found(port)
                            .filter(was -> was.port()
                                            .interfaces()
                                            .equals(is.port().interfaces())
                                    && was.place().toString().equals(is.place().toString()))
                            .isEmpty())
                    .ifPresent(out::add);
        }
        return out;
    }

    /** Where roaming ports were that are elsewhere now. */
    static List<NetworkModel.At> left(NetworkModel before, NetworkModel now) {
        List<NetworkModel.At> out = new ArrayList<>();
        for (String port : before.roaming().keySet()) {
            before.found(port)
                    .filter(was -> now.found(port)
                            .filter(is ->
                                    !is.place().toString().equals(was.place().toString()))
                            .isPresent())
                    .ifPresent(out::add);
        }
        return out;
    }
}
