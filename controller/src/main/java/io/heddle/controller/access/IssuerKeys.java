package io.heddle.controller.access;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;

/**
 * The public keys of an issuer of tokens (JWK Set, RFC 7517), from a file or an HTTPS address. Reads them again when
 * they are old, or when a key is unknown, but not more than once a minute. Blocks; any thread.
 */
public final class IssuerKeys {
    /** Bytes: more than all the keys of an issuer take. */
    static final int LARGEST = 1 << 20;

    private static final int MOST_KEYS = 100;
    private static final int SMALLEST_RSA = 2048;
    private static final long READ_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long OLD_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Source source;
    private final Consumer<String> failed;
    private final LongSupplier nanos;
    /** One reader at a time. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile Map<String, JWK> keys = Map.of();
    private volatile long tried;
    private volatile long read;

    /** Where the keys are. */
    interface Source {
        /** Reads them. @throws IOException with what is wrong, and where */
        byte[] read() throws IOException;
    }

    IssuerKeys(Source source, Consumer<String> failed) {
        this(source, failed, System::nanoTime);
    }

    IssuerKeys(Source source, Consumer<String> failed, LongSupplier nanos) {
        this.source = source;
        this.failed = failed;
        this.nanos = nanos;
        this.tried = nanos.getAsLong() - READ_AGAIN_NANOS;
        this.read = nanos.getAsLong() - OLD_NANOS;
    }

    /**
     * The keys of an issuer.
     *
     * @param where a file, which must be right, or an HTTPS address, which is asked when the first token comes
     * @param failed is told why keys cannot be read later on
     * @throws IOException if the file cannot be used, or the address is none
     */
    public static IssuerKeys of(String where, Consumer<String> failed) throws IOException {
        if (where.startsWith("https://")) {
            return new IssuerKeys(new KeyAddress(address(where), systemTrust()), failed);
        } else if (where.contains("://")) {
            throw new IOException("--oidc-keys " + where + ": expected a file or an https address: others on the way"
                    + " could replace the keys");
        }
        Path file = Path.of(where);
        IssuerKeys keys = new IssuerKeys(() -> read(file), failed);
        keys.readAgain();
        return keys;
    }

    private static URI address(String where) throws IOException {
        try {
            URI address = new URI(where);
            if (address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw new IOException("--oidc-keys " + where + ": expected an address such as https://id.example/keys");
    }

    private static SSLContext systemTrust() throws IOException {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    /**
     * The key with this name; empty if there is none. While one thread reads the keys again, the others go on with
     * those read before. Only the first keys are worth waiting for.
     */
    Optional<JWK> find(String id) {
        if ((isDue(id) || keys.isEmpty()) && mayRead()) {
            try {
                if (isDue(id)) {
                    readAgain();
                }
            } catch (IOException | RuntimeException e) {
                failed.accept(String.valueOf(e.getMessage()));
            } finally {
                reading.unlock();
            }
        }
        return Optional.ofNullable(keys.get(id));
    }

    private boolean isDue(String id) {
        long now = nanos.getAsLong();
        return (!keys.containsKey(id) || now - read > OLD_NANOS) && now - tried >= READ_AGAIN_NANOS;
    }

    /** Takes the lock, if it is free or there are no keys yet. */
    private boolean mayRead() {
        if (!keys.isEmpty()) {
            return reading.tryLock();
        }
        reading.lock();
        return true;
    }

    private void readAgain() throws IOException {
        tried = nanos.getAsLong();
        keys = usable(source.read());
        read = nanos.getAsLong();
    }

    private static Map<String, JWK> usable(byte[] text) throws IOException {
        Map<String, JWK> found = new HashMap<>();
        for (Map<String, Object> row : rows(text)) {
            key(row).filter(k -> k.getKeyID() != null && isUsable(k)).ifPresent(k -> found.put(k.getKeyID(), k));
        }
        if (found.isEmpty() || found.size() > MOST_KEYS) {
            throw new IOException("--oidc-keys: expected 1 to " + MOST_KEYS + " public keys for signatures (RSA of at"
                    + " least " + SMALLEST_RSA + " bits, EC or Ed25519, each with a kid), found " + found.size());
        }
        return Map.copyOf(found);
    }

    private static List<Map<String, Object>> rows(byte[] text) throws IOException {
        try {
            Map<String, Object>[] rows = JSONObjectUtils.getJSONObjectArray(
                    JSONObjectUtils.parse(new String(text, StandardCharsets.UTF_8)), "keys");
            if (rows != null) {
                return List.of(rows);
            }
        } catch (ParseException | RuntimeException e) {
            throw new IOException("--oidc-keys: expected a JWK Set, such as {\"keys\": [...]}: " + e.getMessage(), e);
        }
        throw new IOException("--oidc-keys: expected a JWK Set, such as {\"keys\": [...]}");
    }

    /** A key; empty if it is of a kind that is not known, which does no harm to the others. */
    private static Optional<JWK> key(Map<String, Object> row) {
        try {
            return Optional.of(JWK.parse(row));
        } catch (ParseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isUsable(JWK key) {
        boolean strong = key instanceof ECKey
                || key instanceof RSAKey rsa && rsa.size() >= SMALLEST_RSA
                || key instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519);
        return strong && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE));
    }

    private static byte[] read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("--oidc-keys " + file + " is missing, or cannot be read");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readNBytes(LARGEST + 1);
            if (text.length > LARGEST) {
                throw new IOException("--oidc-keys " + file + " has more than " + LARGEST + " bytes");
            }
            return text;
        }
    }
}
