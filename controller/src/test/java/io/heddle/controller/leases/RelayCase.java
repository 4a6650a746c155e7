package io.heddle.controller.leases;

import io.heddle.config.NetworkFile;
import io.heddle.events.Counters;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** A relay for the network red of the router edge. @param <F> the frames that it sends */
abstract class RelayCase<F> {
    static final long HOST = 0x0200_0000_0007L;
    static final byte[] TAGS = {(byte) 0x81, 0, 0, (byte) 0xc8};
    static final String PORT = "hv1/br0/vm1";

    final Counters counters = new Counters();
    final List<F> asked = new ArrayList<>();
    final List<F> answered = new ArrayList<>();
    long now = 1;
    DhcpRelay relay;
    NetworkModel model;
    Network red;
    int router;

    private final String file;

    RelayCase(String file) {
        this.file = file;
    }

    @BeforeEach
    void read() throws Exception {
        model = NetworkFile.parse(Map.of("n.yaml", file));
        red = model.networks().get("red");
        router = Metadata.ofRouter(model.routers().get("edge").number());
        relay = new DhcpRelay(counters, () -> now);
    }
}
