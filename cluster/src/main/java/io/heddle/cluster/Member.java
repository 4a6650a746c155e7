package io.heddle.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A controller of a cluster, as the others know it.
 *
 * @param name unique in the cluster
 * @param host the address at which hosts, switches and the other controllers reach it
 * @param openFlow the port for switches without TLS, 0 for none
 * @param openFlowTls the port for switches with TLS, 0 for none
 * @param api the port of its admin API without TLS, 0 for none
 * @param apiTls the port of its admin API by HTTPS, 0 for none
 * @param peer the port of its {@link PeerDoor}
 */
public record Member(String name, String host, int openFlow, int openFlowTls, int api, int apiTls, int peer) {
    private static final ObjectMapper JSON = new ObjectMapper();

    byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IOException if a later Heddle has written it */
    static Member of(byte[] bytes) throws IOException {
        try {
            return JSON.readValue(bytes, Member.class);
        } catch (JsonProcessingException e) {
            throw new IOException("etcd holds a member that this Heddle does not understand: "
                    + new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
