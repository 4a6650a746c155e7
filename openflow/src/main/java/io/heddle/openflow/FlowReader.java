package io.heddle.openflow;

import io.heddle.flows.program.FlowEntry;
import io.heddle.openflow.codec.FlowCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Reads a switch's flow entries, in however many parts they come. On the switch's event loop. */
public final class FlowReader {
    private final Switch connection;

    FlowReader(Switch connection) {
        this.connection = connection;
    }

    /** Reads the entries whose cookie agrees with {@code cookie} in {@code mask}, with their counters. */
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
     * Asks from another thread for the entries whose cookie agrees with {@code cookie} in {@code mask}, with their counters;
     * fails where the switch refuses or goes away.
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

    /** The entries without their counters; ones that Heddle cannot read are left out. */
    public static List<FlowEntry> readable(List<FlowCodec.Reported> all) {
        return all.stream().flatMap(r -> r.entry().stream()).toList();
    }

    /** Reads the entries without their counters. */
    void read(long cookie, long mask, BiConsumer<List<FlowEntry>, String> done) {
        report(cookie, mask, (all, error) -> done.accept(all == null ? null : readable(all), error));
    }
}
