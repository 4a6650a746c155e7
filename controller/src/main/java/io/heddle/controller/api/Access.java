package io.heddle.controller.api;

import io.heddle.cluster.Lost;
import io.heddle.controller.access.IssuedTokens;
import io.heddle.controller.access.Principal;
import io.heddle.controller.access.Role;
import io.heddle.controller.access.Sessions;
import io.heddle.controller.access.Tokens;
import io.heddle.controller.services.Services;
import io.heddle.events.AuditLog;
import io.heddle.store.Unavailable;
import io.heddle.store.Uncertain;
import io.heddle.tls.Tls;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Who makes a request, and whether they may: by a token, by the session of a browser, by a certificate, or, on the
 * controller's own machine, by the socket or by nothing. Records what they do in the audit log.
 */
final class Access {
    private static final String PRINCIPAL = "principal";
    private static final String ISSUED = "issued";
    private static final String ACCEPTED = "accepted";
    private static final String DONE = "done";
    /** Why the certificate of a request is worth nothing. */
    private static final String FAULT = "fault";

    private static final String COOKIE = "heddle-session";
    private static final String WHO =
            "no token: send Authorization: Bearer TOKEN, or set HEDDLE_TOKEN for the heddle command"
                    + " (heddle token create makes one)";
    /** Bytes: more than a token takes. */
    private static final int STRANGERS_BODY = 4096;

    private static final int REFUSALS_PER_MINUTE = 60;
    private static final int MOST_SIGNING_IN = 4;

    private final Tokens tokens;
    private final Sessions sessions;
    private final AuditLog audit;
    private final Role local;
    private final Optional<Tls> tls;
    private final Optional<IssuedTokens> issuer;
    /** Recorded and unrecorded refusals of this minute, by principal: nobody's must not hide those of others. */
    private final Map<String, Refusals> refusals = new ConcurrentHashMap<>();

    /** Checking a token of the issuer may wait for its keys: only so many threads may do so. */
    private final Semaphore signingIn = new Semaphore(MOST_SIGNING_IN);

    private static final class Refusals {
        private long since = System.nanoTime();
        private int recorded;
        private int unrecorded;
    }

    Access(Services services) {
        this.tokens = services.tokens();
        this.sessions = new Sessions(tokens);
        this.audit = services.audit();
        this.local = services.local();
        this.tls = services.tls();
        this.issuer = services.issuer();
    }

    /** Who makes a request. */
    static Principal principal(RoutingContext request) {
        return request.get(PRINCIPAL);
    }

    /** Notes which version a request has made, for the audit log. */
    static void accepted(RoutingContext request, int version) {
        request.put(ACCEPTED, version);
    }

    /**
     * Finds out who makes a request. A certificate that is worth nothing is no error: browsers send theirs unasked.
     *
     * @throws BadRequest if a token is wrong
     */
    void identify(RoutingContext request) throws BadRequest {
        request.put(PRINCIPAL, Principal.NOBODY);
        String authorization = request.request().getHeader(Credentials.AUTHORIZATION);
        if (authorization != null) {
            IssuedTokens.Subject issued = request.get(ISSUED);
            request.put(
                    PRINCIPAL,
                    (issued == null ? tokens.find(Credentials.secret(authorization)) : valid(issued))
                            .orElseThrow(() -> new BadRequest(
                                    401,
                                    "the token is unknown or has expired: an admin can list the tokens"
                                            + " (heddle token list)")));
            return;
        }
        Optional<Principal> session = session(request).flatMap(sessions::find);
        if (session.isPresent()) {
            request.put(PRINCIPAL, session.get());
            return;
        }
        if (!byCertificate(request) && !Credentials.isForwarded(request.request()::getHeader)) {
            unproven(request.request()).ifPresent(who -> request.put(PRINCIPAL, who));
        }
        if (principal(request).role() == Role.NOBODY && isLarge(request.request())) {
            throw unknown(request);
        }
    }

    /** Looks at the certificate of a request. @return whether it has one */
    private boolean byCertificate(RoutingContext request) {
        try {
            Optional<String> certificate = ClientCertificate.name(request.request(), tls.flatMap(Tls::users));
            if (certificate.isPresent()) {
                request.put(PRINCIPAL, registered(certificate.get()));
            }
            return certificate.isPresent();
        } catch (BadRequest e) {
            request.put(FAULT, e.getMessage());
            return true;
        }
    }

    private static BadRequest unknown(RoutingContext request) {
        String fault = request.get(FAULT);
        return new BadRequest(401, fault == null ? WHO : fault);
    }

    /** Whether a request brings a token of the issuer, which {@link #checkIssued} must check first. */
    boolean isIssued(HttpServerRequest request) {
        return issuer.isPresent()
                && IssuedTokens.isOne(Credentials.secret(request.getHeader(Credentials.AUTHORIZATION)));
    }

    /** Checks the token of the issuer that a request brings. Blocks. @throws BadRequest if it is not valid */
    void checkIssued(RoutingContext request) throws BadRequest {
        request.put(ISSUED, checked(Credentials.secret(request.request().getHeader(Credentials.AUTHORIZATION))));
    }

    private IssuedTokens.Subject checked(String token) throws BadRequest {
        try {
            return issuer.orElseThrow().check(token);
        } catch (IssuedTokens.Invalid e) {
            throw new BadRequest(401, "the token is not valid: " + e.getMessage());
        }
    }

    private Optional<Principal> valid(IssuedTokens.Subject issued) throws BadRequest {
        if (!Instant.now().isBefore(issued.end())) {
            throw new BadRequest(401, "the token has expired");
        }
        return Optional.of(tokens.find(issued)
                .orElseThrow(() -> new BadRequest(
                        401,
                        issued.name() + " may do nothing here: an admin registers it (heddle token create NAME"
                                + " --oidc-subject) or one of its groups (--oidc-group)")));
    }

    private Principal registered(String certificate) throws BadRequest {
        return tokens.findCertificate(certificate)
                .orElseThrow(() -> new BadRequest(
                        401,
                        "the certificate of " + certificate
                                + " may do nothing here: an admin registers its name (heddle"
                                + " token create NAME --certificate)"));
    }

    private static Optional<String> session(RoutingContext request) {
        return Optional.ofNullable(request.request().getCookie(COOKIE)).map(Cookie::getValue);
    }

    /** Whether a request has a body that is not worth reading if nobody knows who sends it. */
    private static boolean isLarge(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null
                || length != null && (!length.matches("\\d{1,9}") || Integer.parseInt(length) > STRANGERS_BODY);
    }

    /** Who comes without a token or a session: a user of this machine, by the socket or to an address without TLS. */
    private Optional<Principal> unproven(HttpServerRequest request) {
        return UnixUser.isBySocket(request)
                ? UnixUser.of(request).map(Principal::unixUser)
                : isLocal(request) ? Optional.of(Principal.local(local)) : Optional.empty();
    }

    private static boolean isLocal(HttpServerRequest request) {
        try {
            return !request.isSSL()
                    && InetAddress.getByName(request.localAddress().hostAddress())
                            .isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws BadRequest if the principal of a request may not do this */
    void check(RoutingContext request, Contract.Operation operation) throws BadRequest {
        Principal who = principal(request);
        if (!who.role().covers(operation.role())) {
            throw who.role() == Role.NOBODY
                    ? unknown(request)
                    : new BadRequest(
                            403,
                            who.name() + " has the role " + who.role().text() + ", but " + operation.id()
                                    + " needs the role " + operation.role().text());
        }
        if (operation.id().equals("capture") && !who.scope().isAll()) {
            throw new BadRequest(
                    403, who.name() + " may change only " + who.scope() + ", and a capture shows frames of others too");
        }
    }

    /** @throws BadRequest if the principal of a request may not act on switches */
    static void requireOperator(RoutingContext request, String what) throws BadRequest {
        Principal who = principal(request);
        if (!who.role().covers(Role.OPERATOR) || !who.scope().isAll()) {
            throw new BadRequest(
                    403,
                    what + " needs the role operator for the whole network, which " + who.name() + " does not have");
        }
    }

    /** Whether an operation is one that the audit log records. */
    static boolean isRecorded(RoutingContext request, Contract.Operation operation) {
        return operation.role().covers(Role.OPERATOR)
                && !operation.id().startsWith("list")
                && !(operation.queries().contains("dryRun") && ChangeRequests.isDryRun(request));
    }

    /** Makes sure that what a request does can be recorded. @throws IOException if it cannot */
    void prepare(RoutingContext request, Contract.Operation operation) throws IOException {
        if (isRecorded(request, operation)) {
            audit.prepare();
        }
    }

    /** Whether that by which a request proved who makes it is still valid. */
    boolean isStillKnown(RoutingContext request) {
        try {
            Principal before = principal(request);
            identify(request);
            return principal(request).name().equals(before.name());
        } catch (BadRequest e) {
            return false;
        }
    }

    /** What was asked is done, but the audit log does not say so. */
    static final class Unrecorded extends IOException {
        private static final long serialVersionUID = 1L;

        Unrecorded(String done, IOException why) {
            super(done + ", but " + reason(why), why);
        }

        /** The log's own message might say that nothing was changed: that is true of the log only. */
        private static String reason(IOException why) {
            if (why instanceof Uncertain) {
                return "it is not known whether the audit log has it";
            }
            String reason = why instanceof Lost
                    ? "this controller does not lead any more"
                    : why instanceof Unavailable
                            ? "etcd does not answer"
                            : why instanceof ClosedChannelException ? "the controller is stopping" : why.getMessage();
            return "the audit log lacks it, because " + reason;
        }
    }

    /** Records that something begins, before it does. @throws IOException if that is not on disk: it must not begin */
    void recordBegin(RoutingContext request) throws IOException {
        audit.add(entry(request, "begun"));
    }

    /** Records what a request has done, before it is answered. @throws Unrecorded if that is not on disk */
    void record(RoutingContext request, Contract.Operation operation, String outcome) throws Unrecorded {
        if (isRecorded(request, operation)) {
            Integer version = request.get(ACCEPTED);
            String done = request.get(DONE);
            try {
                audit.add(entry(request, version != null ? "version " + version : done != null ? done : outcome));
            } catch (IOException e) {
                throw new Unrecorded(version != null ? "version " + version + " is accepted" : "it is done", e);
            }
        }
    }

    /** Records that a request was refused; not each one, when there are many. */
    void recordRefusal(RoutingContext request, Contract.Operation operation, String why) throws IOException {
        if (!isRecorded(request, operation)) {
            return;
        }
        Refusals own = refusals.computeIfAbsent(principal(request).account(), n -> new Refusals());
        synchronized (own) {
            long now = System.nanoTime();
            if (now - own.since > TimeUnit.MINUTES.toNanos(1)) {
                own.since = now;
                own.recorded = 0;
            }
            int most = principal(request).role() == Role.NOBODY ? 1 : REFUSALS_PER_MINUTE;
            if (++own.recorded > most) {
                own.unrecorded++;
                return;
            }
            audit.add(entry(
                    request,
                    "refused: " + why
                            + (own.unrecorded == 0 ? "" : " (" + own.unrecorded + " before it were not recorded)")));
            own.unrecorded = 0;
        }
    }

    private static AuditLog.Entry entry(RoutingContext request, String outcome) {
        return new AuditLog.Entry(
                principal(request).name(),
                from(request.request()),
                request.request().method() + " " + request.normalizedPath(),
                outcome);
    }

    /** Where a request comes from. By the socket, also the user whom the kernel knows, whatever token it brings. */
    private static String from(HttpServerRequest request) {
        return UnixUser.isBySocket(request)
                ? "unix user " + UnixUser.of(request).orElse("unknown")
                : request.remoteAddress().hostAddress();
    }

    Map<String, Object> me(RoutingContext request) {
        return shown(principal(request));
    }

    private static Map<String, Object> shown(Principal who) {
        return Row.of("name", who.name())
                .and("role", who.role().text())
                .and("scope", who.scope().toString())
                .map();
    }

    /** Begins the session of a browser. */
    Map<String, Object> signIn(RoutingContext request) throws BadRequest {
        if (!request.request().isSSL()) {
            throw new BadRequest(400, "sign in by HTTPS: here, others could read the session");
        }
        String secret = request.body().asJsonObject() == null
                ? ""
                : request.body().asJsonObject().getString("token", "");
        boolean isIssued = issuer.isPresent() && IssuedTokens.isOne(secret);
        IssuedTokens.Subject issued = isIssued ? checkedInTurn(secret) : null;
        Principal who = (isIssued ? valid(issued) : tokens.find(secret))
                .orElseThrow(() -> new BadRequest(401, "the token is unknown or has expired"));
        request.response()
                .addCookie(Cookie.cookie(COOKIE, isIssued ? sessions.begin(issued) : sessions.begin(secret))
                        .setHttpOnly(true)
                        .setSecure(true)
                        .setSameSite(CookieSameSite.STRICT)
                        .setPath("/")
                        .setMaxAge(Duration.ofHours(Sessions.HOURS).toSeconds()));
        return shown(who);
    }

    private IssuedTokens.Subject checkedInTurn(String token) throws BadRequest {
        if (!signingIn.tryAcquire()) {
            throw new BadRequest(503, "there are already " + MOST_SIGNING_IN + " others signing in: try again later");
        }
        try {
            return checked(token);
        } finally {
            signingIn.release();
        }
    }

    Map<String, Object> signOut(RoutingContext request) {
        session(request).ifPresent(sessions::end);
        request.response().removeCookie(COOKIE);
        return Map.of();
    }

    List<Map<String, Object>> list() {
        List<Map<String, Object>> rows = new ArrayList<>();
        tokens.all()
                .forEach(t -> rows.add(Row.of("name", t.name())
                        .and("role", t.role().text())
                        .and("scope", t.scope().toString())
                        .and("proof", t.kind().text())
                        // What proves a token is a secret, or nearly so.
                        .and("subject", t.kind() == Tokens.Kind.TOKEN ? "" : t.key())
                        .and("created", t.created().toString())
                        .and("expires", t.expires().map(Instant::toString).orElse(""))
                        .map()));
        return rows;
    }

    Map<String, Object> create(RoutingContext request) throws BadRequest, IOException {
        NewToken wanted = NewToken.of(request.body().asString());
        request.put(
                DONE,
                wanted.kind().text() + " " + wanted.name() + ", "
                        + wanted.role().text() + ", " + wanted.scope()
                        + (wanted.key().isEmpty() ? "" : ", for " + wanted.key()));
        if (wanted.kind() == Tokens.Kind.TOKEN) {
            String secret = tokens.create(wanted.name(), wanted.role(), wanted.scope(), wanted.expires());
            return Row.of("name", wanted.name()).and("token", secret).map();
        }
        tokens.register(wanted.name(), wanted.role(), wanted.scope(), wanted.kind(), wanted.key(), wanted.expires());
        return Row.of("name", wanted.name()).map();
    }

    Map<String, Object> delete(RoutingContext request) throws BadRequest, IOException {
        String name = request.pathParam("token");
        if (!tokens.delete(name)) {
            throw new BadRequest(404, "there is no token named " + name);
        }
        return Map.of();
    }
}
