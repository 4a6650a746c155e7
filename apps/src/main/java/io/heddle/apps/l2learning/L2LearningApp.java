package io.heddle.apps.l2learning;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import java.util.Optional;

/**
 * MAC learning: its permanent entries. The switch copies a frame from an unknown source to the controller and forwards
 * it at once, without waiting for an answer. {@link MacTable} then decides, and {@link LearntFlows} defines the entries
 * that result.
 */
public final class L2LearningApp implements FlowContributor {
    /** This app's number in cookies; learnt entries carry {@link #LEARNT}. */
    public static final int NUMBER = 3;
    /** The cookie of learnt entries: the reconciler neither adds nor removes them. */
    public static final long LEARNT = Cookies.base(NUMBER);
    /** The cookie of entries that a switch adds itself to recognise reflected sources; they count as learnt too. */
    public static final long REFLECTED = LEARNT | 1;
    /**
     * Above the priority of learnt sources, so that a source attached to this bridge is not learnt again behind an
     * uplink.
     */
    public static final int REFLECTED_PRIORITY = 200;

    private static final Reason KNOWN = Reason.note("learnt", "l2-learning: learnt");
    private static final Reason ATTACHED = Reason.drop("reflected", "reflected: the source is attached to this bridge");
    /** Bytes of a copy: headers up to the transport ports, with tags and IPv6. */
    private static final int COPY_BYTES = 128;

    /** Copies a second for each unnamed switch that show whether Open vSwitch joins two ports. */
    private static final int CONVERSATIONS_PER_SECOND = 1000;

    private static final Action NORMAL = new Action.Output(PortNumber.NORMAL);

    /** Whether entries with this cookie are learnt, not declared. */
    public static boolean isLearnt(long cookie) {
        return cookie == LEARNT || cookie == REFLECTED;
    }

    /** The reason of learnt entries with this cookie; empty for other entries. */
    public static Optional<Reason> reason(long cookie) {
        return cookie == LEARNT ? Optional.of(KNOWN) : cookie == REFLECTED ? Optional.of(ATTACHED) : Optional.empty();
    }

    @Override
    public String name() {
        return "l2-learning";
    }

    @Override
    public int number() {
        return NUMBER;
    }

    /** Adds the only entry of a switch that Heddle does not control: NORMAL for all frames. */
    public void leave(FlowSink sink) {
        sink.add(
                Table.ADMISSION,
                0,
                Match.ALL,
                Instructions.apply(new Action.Output(PortNumber.NORMAL)),
                Reason.note("no-controller", "no controller: Open vSwitch decides"));
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        int rate = view.bridge().map(Bridge::learningRate).orElse(Bridge.DEFAULT_LEARNING_RATE);
        sink.add(
                Table.LEARN,
                0,
                Match.ALL,
                Instructions.apply(sink.copy(Purpose.LEARNING, COPY_BYTES, rate))
                        .then(Table.LEARN.next().number()),
                Reason.note("unknown-source", "l2-learning: unknown source"));
        sink.add(
                Table.FORWARD,
                0,
                Match.ALL,
                Instructions.go(Table.FLOOD.number()),
                Reason.note("unknown-destination", "l2-learning: unknown destination"));
        sink.add(
                Table.FLOOD,
                0,
                Match.ALL,
                Instructions.apply(NORMAL),
                Reason.note("found-by-normal", "l2-learning: NORMAL finds the destination"));
        sink.add(
                Table.ANSWER,
                0,
                Match.ALL,
                Instructions.DROP,
                Reason.drop("no-answer", "not a neighbour advertisement of Heddle"));
        target(view, sink);
        sink.add(
                Table.TUNNEL,
                0,
                Match.ALL,
                Instructions.DROP,
                Reason.drop("no-peer", "target is not a peer of this host"));
    }

    private static void target(SwitchView view, FlowSink sink) {
        if (view.place().isPresent()) {
            forwardOnNamedSwitch(sink);
        } else {
            forwardOnUnnamedSwitch(sink);
        }
    }

    private static void forwardOnNamedSwitch(FlowSink sink) {
        sink.add(
                Table.LEARN,
                1,
                Match.ALL.with(Field.METADATA, Masked.of(0, Metadata.NETWORK_MASK)),
                Instructions.go(Table.LEARN.next().number()),
                Reason.note("not-learnt", "l2-learning: learns only on ports of the network file"));
        sink.add(
                Table.EGRESS,
                0,
                Match.ALL,
                Instructions.apply(NORMAL),
                Reason.note("target-served-by-ovs", "l2-learning: NORMAL forwards to this target"));
    }

    private static void forwardOnUnnamedSwitch(FlowSink sink) {
        // No file says which VLANs these ports are in, so only OVS knows whether it joins two of them. The copy
        // shows the controller that a conversation succeeds, before frames may bypass NORMAL.
        sink.add(
                Table.EGRESS,
                0,
                Match.ALL,
                Instructions.apply(sink.copy(Purpose.CONVERSATION, COPY_BYTES, CONVERSATIONS_PER_SECOND), NORMAL),
                Reason.note("conversation-unproven", "l2-learning: no proof yet that Open vSwitch joins these ports"));
    }
}
