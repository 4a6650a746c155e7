package io.heddle.controller.api;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;

/** The transport of Vert.x with a limit on the connections of all servers. Vert.x offers no other place for one. */
final class LimitedTransport extends NioTransport implements Transport {
    private final ConnectionLimit limit;

    LimitedTransport(ConnectionLimit limit) {
        this.limit = limit;
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
        super.configure(config, domainSocket, bootstrap);
        bootstrap.handler(new Reception(limit));
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }
}
