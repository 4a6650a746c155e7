package io.heddle.controller;

import io.heddle.cli.ControllerProgram;
import io.heddle.cluster.EtcdAddress;
import io.heddle.cluster.StateCopy;
import io.heddle.config.InvalidNetworkException;
import java.io.IOException;

/** Lets the command line start a {@link Controller}; see {@code META-INF/services}. */
public final class InstalledController implements ControllerProgram {
    @Override
    public Running start(Options options) throws IOException, InvalidNetworkException {
        return new Controller(options);
    }

    @Override
    public int copy(Place from, Place to) throws IOException {
        return to.folder().isPresent()
                ? StateCopy.toFolder(
                        address(from.etcd().orElseThrow()), to.folder().get())
                : StateCopy.toEtcd(
                        from.folder().orElseThrow(), address(to.etcd().orElseThrow()));
    }

    /** As the cluster knows it. */
    static EtcdAddress address(Etcd etcd) {
        return new EtcdAddress(etcd.endpoints(), etcd.tls(), etcd.user(), etcd.password());
    }

    @Override
    public Running start(Options options, Clustered clustered) throws IOException {
        return new ClusterController(options, clustered);
    }
}
