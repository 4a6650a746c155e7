package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Where a router must check the length of packets: before networks with a smaller MTU than another network of the
 * router. Elsewhere, switches do not check it.
 */
final class Mtus {
    /** The MTU that is assumed for a network without a known one. */
    private static final int USUAL = 1500;

    private static final int ETHERNET_HEADER = 14;

    private Mtus() {}

    /** The MTU of a network, if a packet of its router may be longer. */
    static OptionalInt limit(SwitchView view, Router router, Network to) {
        OptionalInt mtu = view.model().mtu(to);
        int longest = Stream.concat(router.networks().stream(), router.outside().map(Router.Outside::network).stream())
                .map(view.model().networks()::get)
                .mapToInt(n -> view.model().mtu(n).orElse(USUAL))
                .max()
                .orElse(0);
        return mtu.isPresent() && mtu.getAsInt() < longest ? mtu : OptionalInt.empty();
    }

    /** Checks whether an untagged packet is too long. */
    static Action measure(int mtu) {
        return new Action.LongerThan(mtu + ETHERNET_HEADER);
    }

    /** Matches the packets that are too long. */
    static Match tooLong(Match match) {
        return match.with(Field.REG4, Masked.of(Action.LongerThan.BIT, Action.LongerThan.BIT));
    }
}
