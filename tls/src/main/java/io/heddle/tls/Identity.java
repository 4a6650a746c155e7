package io.heddle.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** A key and its certificate, by which a program proves who it is. */
public final class Identity {
    private Identity() {}

    /**
     * Reads them for Java's own TLS.
     *
     * @throws IOException with the file, and what is wrong with it
     */
    public static KeyManager[] of(Path certificate, Path key) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        // The store is in memory only.
        char[] password = new char[0];
        store.setKeyEntry(
                "own", Pem.key(key), password, Pem.certificates(certificate).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }
}
