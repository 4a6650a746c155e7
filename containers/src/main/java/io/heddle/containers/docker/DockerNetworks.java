package io.heddle.containers.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.containers.ports.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The networks that Docker has made, one file each. Docker says only once what a network is, and expects its driver to
 * remember. Any thread.
 */
final class DockerNetworks {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    DockerNetworks(Path folder) {
        this.folder = folder;
    }

    private Path file(String id) throws Refusal {
        if (!id.matches("[a-zA-Z0-9]{1,128}")) {
            throw new Refusal(Refusal.Kind.ENVIRONMENT, "NetworkID: expected letters and digits, found \"" + id + "\"");
        }
        return folder.resolve(id + ".json");
    }

    /** Stores a network. It is on disk when this returns. */
    void put(DockerNetwork network) throws Refusal {
        Path file = file(network.id());
        Path made = file.resolveSibling(file.getFileName() + ".new");
        String text = JSON.createObjectNode().put("network", network.network()).toString();
        try {
            Files.createDirectories(folder);
            Files.writeString(made, text, StandardCharsets.UTF_8);
            sync(made, StandardOpenOption.WRITE);
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            sync(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.BROKEN, "cannot write " + file + ": " + e.getMessage());
        }
    }

    private static void sync(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    /** @throws Refusal if Docker has not made it, or its file is lost */
    DockerNetwork get(String id) throws Refusal {
        return find(id).orElseThrow(() -> new Refusal(
                Refusal.Kind.CONFIGURATION,
                "there is no file " + folder.resolve(id + ".json")
                        + " about this network: remove the network and make it again (docker network rm, create)"));
    }

    private Optional<DockerNetwork> find(String id) throws Refusal {
        Path file = file(id);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(file.toFile());
            return Optional.of(new DockerNetwork(id, json.path("network").asText()));
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.BROKEN, "cannot read " + file + ": " + e.getMessage());
        }
    }

    /** Forgets a network, which may be forgotten already. */
    void remove(String id) throws Refusal {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.BROKEN, "cannot remove " + file(id) + ": " + e.getMessage());
        }
    }
}
