package io.heddle.controller.access;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The sessions of signed-in browsers. They end with the controller, and with the token that began them. Any thread. */
public final class Sessions {
    /** The longest time that a session lasts. */
    public static final int HOURS = 12;

    private static final int MOST = 10_000;

    private final Tokens tokens;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();

    /** @param who whose it is; empty if what began it has ended */
    private record Session(Supplier<Optional<Principal>> who, Instant end) {}

    public Sessions(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Begins a session. @return its id, which only its browser may know */
    public String begin(String token) {
        return begin(() -> tokens.find(token), Instant.MAX);
    }

    /** Begins a session by a token of the issuer. @return its id, which only its browser may know */
    public String begin(IssuedTokens.Subject subject) {
        return begin(() -> tokens.find(subject), subject.end());
    }

    private String begin(Supplier<Optional<Principal>> who, Instant latest) {
        String id = Secrets.random();
        Instant now = Instant.now();
        sessions.values().removeIf(s -> now.isAfter(s.end));
        if (sessions.size() >= MOST) {
            throw new IllegalStateException("there are already " + MOST + " sessions");
        }
        Instant end = now.plus(HOURS, ChronoUnit.HOURS);
        sessions.put(id, new Session(who, end.isBefore(latest) ? end : latest));
        return id;
    }

    /** Whose session it is; empty if it has ended. */
    public Optional<Principal> find(String id) {
        return Optional.ofNullable(sessions.get(id))
                .filter(s -> Instant.now().isBefore(s.end))
                .flatMap(s -> s.who.get());
    }

    public void end(String id) {
        sessions.remove(id);
    }
}
