package io.heddle.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is, and as whom a controller comes to it.
 *
 * @param endpoints such as {@code https://a:2379}, all with TLS or all without
 * @param tls the folder with {@code ca.pem} and, for a client certificate, {@code cert.pem} and {@code key.pem}
 * @param user the user's name; empty without
 * @param password likewise
 */
public record EtcdAddress(List<URI> endpoints, Optional<Path> tls, Optional<String> user, Optional<String> password) {
    boolean isTls() {
        return endpoints.get(0).getScheme().equals("https");
    }

    /** The file of this name in the TLS folder. @throws IOException if it is needed and missing */
    Path file(String name) throws IOException {
        Path file = tls.orElseThrow(() -> new IOException("the addresses of etcd begin with https, so its authority is"
                        + " needed: give --store-tls FOLDER, with ca.pem in it"))
                .resolve(name);
        if (!Files.isReadable(file)) {
            throw new IOException("cannot read " + file + ", which belongs to etcd's --store-tls");
        }
        return file;
    }

    @Override
    public String toString() {
        return String.join(", ", endpoints.stream().map(URI::toString).toList());
    }
}
