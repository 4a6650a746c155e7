package io.heddle.tls;

/** The names of the files in the folder of a controller's certificates. */
public final class CertificateFiles {
    /** The controller's private key. */
    public static final String KEY = "controller-privkey.pem";
    /** The controller's certificate, then that of its authority. */
    public static final String CERTIFICATE = "controller-cert.pem";
    /** The authorities that sign the certificates of hosts. */
    public static final String PEERS = "hosts-cacert.pem";
    /** The certificates that these authorities have revoked; the file may be missing. */
    public static final String REVOKED = "crl.pem";

    /** The private key of the admin API. */
    public static final String API_KEY = "api-privkey.pem";
    /** The certificate of the admin API, then that of its authority. */
    public static final String API_CERTIFICATE = "api-cert.pem";

    /** The authorities that sign the certificates of users of the admin API; the file may be missing. */
    public static final String USERS = "api-clients.pem";
    /** The certificates that these authorities have revoked; the file may be missing. */
    public static final String USERS_REVOKED = "api-clients-crl.pem";

    private CertificateFiles() {}
}
