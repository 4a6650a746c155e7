package io.heddle.openflow;

import io.heddle.flows.program.FlowEntry;
import io.heddle.openflow.codec.FlowCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Reads all parts of a switch's flow entries. Confined to the switch's event loop. */
public final class FlowReader {
    private final Switch connection;

    FlowReader(Switch connection) {
        this.connection = connection;
    }

    /** Reads the entries whose cookie equals {@code cookie} in the bits of {@code mask}, with their counters. */
    void report(long cookie, long mask, BiConsumer<List<FlowCodec.Reported>, String> done) {
        report(FlowCodec.ALL_TABLES, cookie, mask, done);
    }

    /** Likewise, in one table. */
    void report(int table, long cookie, long mask, BiConsumer<List<FlowCodec.Reported>, String> done) {
        List<FlowCodec.Reported> all = new ArrayList<>();
        Multipart.read(
                connection,
                (out, xid) -> FlowCodec.writeStatsRequest(out, xid, table, cookie, mask),
                part -> FlowCodec.readStats(part, all::add),
                why -> done.accept(why == null ? all : null, why));
    }

    /**
     * Reads, from any thread, the entries whose cookie equals {@code cookie} in the bits of {@code mask}, with their
     * counters. Fails if the switch refuses or disconnects.
     */
    public static CompletableFuture<List<FlowCodec.Reported>> ask(SwitchConnection connection, long cookie, long mask) {
        CompletableFuture<List<FlowCodec.Reported>> answer = new CompletableFuture<>();
        connection
                .loop()
                .execute(() -> new FlowReader(connection).report(cookie, mask, (all, error) -> {
                    if (error == null) {
                        answer.complete(all);
                    } else {
                        answer.completeExceptionally(new IllegalStateException(error));
                    }
                }));
        return answer;
    }

    /** The entries without their counters, except those that Heddle cannot read. */
    public static List<FlowEntry> readable(List<FlowCodec.Reported> all) {
        return all.stream().flatMap(r -> r.entry().stream()).toList();
    }

    /** Reads the entries without their counters. */
    void read(long cookie, long mask, BiConsumer<List<FlowEntry>, String> done) {
        report(cookie, mask, (all, error) -> done.accept(all == null ? null : readable(all), error));
    }
}
