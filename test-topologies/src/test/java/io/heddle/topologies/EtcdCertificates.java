package io.heddle.topologies;

import io.heddle.topologies.lab.Shell;
import java.nio.file.Path;

/** Certificates for servers of etcd and for those who ask them, made by openssl. */
final class EtcdCertificates {
    private static final String KEY = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ";

    private EtcdCertificates() {}

    /**
     * Makes a folder with an authority, {@code ca.pem}, and a certificate of it, {@code cert.pem} and {@code key.pem},
     * that names none of etcd's users.
     *
     * @param addresses of servers, such as {@code IP:127.0.0.1}, separated by commas
     */
    static void make(Path folder, String addresses) {
        Shell.run("mkdir -p " + folder);
        String ca = folder.resolve("ca.pem").toString();
        String caKey = folder.resolve("ca-key.pem").toString();
        Shell.run("openssl req -x509" + KEY + "-subj /CN=authority -keyout " + caKey + " -out " + ca);
        Shell.run("openssl req -x509 -CA " + ca + " -CAkey " + caKey + KEY + "-subj /CN=anybody -addext subjectAltName="
                + addresses + " -addext basicConstraints=critical,CA:FALSE -keyout " + folder.resolve("key.pem")
                + " -out " + folder.resolve("cert.pem"));
    }
}
