package io.heddle.apps.stateful;

import io.heddle.apps.FreeNumbers;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The stateful lists of one bridge, and which ports they judge.
 *
 * <p>A list has a bit in a register of the switch, which is set in the frames of its ports. So the entries of its rules
 * are the same for one port and for a thousand, and a port that comes under a list, or leaves it, changes the entries
 * of that port alone. Where there are many lists, those that judge a single port look at its zone instead: a switch
 * finds a number faster than one of many bits.
 */
final class Judges {
    /** The registers with the bits of lists. */
    private static final List<Field> REGISTERS = List.of(Field.REG0, Field.REG1, Field.REG2, Field.REG3);
    /** With more lists, those of a single port go by its zone. */
    private static final int FEW = 32;

    /**
     * One list on this bridge.
     *
     * @param number in cookies
     * @param frames what the frames of its ports have in common
     * @param locals the hosts behind its ports
     */
    record Judge(Acl acl, int number, Match frames, Locals locals) {}

    private final List<Judge> judges = new ArrayList<>();
    /** The values of the registers, by port and network. */
    private final Map<Zones.Key, int[]> bits = new HashMap<>();

    private final int registers;

    private Judges(int registers) {
        this.registers = registers;
    }

    static Judges of(NetworkModel model, NetworkModel.Place place, Map<Zones.Key, Integer> zones) {
        Map<Acl, Set<Zones.Key>> lists = new LinkedHashMap<>();
        for (Acl acl : model.acls()) {
            Set<Zones.Key> judged = acl.stateful() ? Zones.judged(acl, place) : Set.of();
            if (!judged.isEmpty()) {
                lists.put(acl, judged);
            }
        }
        if (lists.isEmpty()) {
            return new Judges(0);
        }
        boolean many = lists.size() > FEW;
        Set<InetAddress> nextRouters = model.routers().values().stream()
                .flatMap(r -> r.routes().stream())
                .flatMap(r -> r.via().stream())
                .map(Router.Hop::address)
                .collect(Collectors.toSet());
        TreeMap<String, Acl> wide = new TreeMap<>();
        lists.forEach((acl, judged) -> {
            if (!many || judged.size() > 1) {
                wide.put(acl.name(), acl);
            }
        });
        Judges out = new Judges(registers(wide.size()));
        Map<Acl, Integer> positions = out.positions(wide);
        FreeNumbers numbers = new FreeNumbers(0, Cookies.LISTS);
        lists.forEach((acl, judged) -> {
            Integer position = positions.get(acl);
            Match frames = position == null
                    ? Match.ALL.with(Field.CT_ZONE, zones.get(judged.iterator().next()))
                    : out.mark(judged, position);
            out.judges.add(new Judge(
                    acl, numbers.from(Cookies.list(acl.name())), frames, Locals.of(ports(place, judged), nextRouters)));
        });
        return out;
    }

    private static List<Port> ports(NetworkModel.Place place, Set<Zones.Key> judged) {
        return judged.stream()
                .map(key -> place.bridge().ports().get(key.portName()))
                .toList();
    }

    /** Some bits stay free, so that most lists keep theirs when another one comes. */
    private static int registers(int lists) {
        int registers = lists == 0 ? 0 : 1;
        while (registers < REGISTERS.size() && lists * 4 > registers * Integer.SIZE * 3) {
            registers *= 2;
        }
        return registers;
    }

    private Map<Acl, Integer> positions(TreeMap<String, Acl> wide) {
        int most = registers * Integer.SIZE;
        if (wide.size() > most) {
            throw new IllegalArgumentException(wide.size() + " stateful lists on one bridge: expected at most " + most);
        }
        FreeNumbers free = new FreeNumbers(0, most);
        Map<Acl, Integer> out = new HashMap<>();
        wide.forEach((name, acl) -> out.put(acl, free.of(name)));
        return out;
    }

    /** Sets a list's bit in the frames of its ports. @return the match of these frames */
    private Match mark(Set<Zones.Key> judged, int position) {
        int register = position / Integer.SIZE;
        int bit = 1 << position % Integer.SIZE;
        judged.forEach(key -> bits.computeIfAbsent(key, k -> new int[registers])[register] |= bit);
        long mask = bit & 0xffff_ffffL;
        return Match.ALL.with(REGISTERS.get(register), Masked.of(mask, mask));
    }

    List<Judge> all() {
        return judges;
    }

    /** Sets the bits of the lists that judge a port; clears all others, which the frame's other port may have set. */
    List<Action> marks(Zones.Key port) {
        int[] values = bits.getOrDefault(port, new int[registers]);
        List<Action> out = new ArrayList<>();
        for (int i = 0; i < registers; i++) {
            out.add(new Action.SetField(REGISTERS.get(i), values[i] & 0xffff_ffffL));
        }
        return out;
    }
}
