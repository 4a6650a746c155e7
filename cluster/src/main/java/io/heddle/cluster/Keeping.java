package io.heddle.cluster;

import io.etcd.jetcd.Lease;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;

/** Keeps a lease of etcd alive, over the ends of connections. */
final class Keeping implements AutoCloseable {
    private final Lease client;
    private final long lease;
    private final Runnable kept;
    private boolean closed;
    private CloseableClient current;

    Keeping(Lease client, long lease, Runnable kept) {
        this.client = client;
        this.lease = lease;
        this.kept = kept;
        open();
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        AtomicBoolean ended = new AtomicBoolean();
        current = client.keepAlive(lease, new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveResponse answer) {
                kept.run();
            }

            @Override
            public void onError(Throwable why) {
                again(ended);
            }

            @Override
            public void onCompleted() {
                again(ended);
            }
        });
    }

    /** The client forgets a lease for good that was not prolonged in time, though etcd may still have it. */
    private void again(AtomicBoolean ended) {
        if (ended.compareAndSet(false, true)) {
            Etcd.later(() -> {
                synchronized (this) {
                    current.close();
                    open();
                }
            });
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        current.close();
    }
}
