package io.heddle.controller.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** The HTTPS address of an issuer's keys. An answer may be neither slow nor large, and may not lead elsewhere. */
final class KeyAddress implements IssuerKeys.Source {
    private static final int TIMEOUT_SECONDS = 5;

    private final URI address;
    private final HttpClient client;

    /** @param trust says which authorities to trust */
    KeyAddress(URI address, SSLContext trust) {
        this.address = address;
        // A redirect could lead to an address without TLS, or into this machine: the client follows none.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                .sslContext(trust)
                .build();
    }

    @Override
    public byte[] read() throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                        .build(),
                head -> new Limited());
        try {
            HttpResponse<byte[]> found = answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (found.statusCode() != 200) {
                throw wrong("expected the status 200, found " + found.statusCode());
            }
            return found.body();
        } catch (TimeoutException e) {
            throw wrong("no whole answer in " + TIMEOUT_SECONDS + " s");
        } catch (ExecutionException e) {
            throw wrong(String.valueOf(e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw wrong("interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    private IOException wrong(String why) {
        return new IOException("--oidc-keys " + address + ": " + why);
    }

    /** Takes an answer that is not too large. */
    private static final class Limited implements HttpResponse.BodySubscriber<byte[]> {
        private final HttpResponse.BodySubscriber<byte[]> all = HttpResponse.BodySubscribers.ofByteArray();
        private Flow.Subscription subscription;
        private long length;

        @Override
        public CompletionStage<byte[]> getBody() {
            return all.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            all.onSubscribe(begun);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            length += parts.stream().mapToLong(ByteBuffer::remaining).sum();
            if (length > IssuerKeys.LARGEST) {
                subscription.cancel();
                all.onError(new IOException("more than " + IssuerKeys.LARGEST + " bytes"));
            } else {
                all.onNext(parts);
            }
        }

        @Override
        public void onError(Throwable why) {
            all.onError(why);
        }

        @Override
        public void onComplete() {
            all.onComplete();
        }
    }
}
