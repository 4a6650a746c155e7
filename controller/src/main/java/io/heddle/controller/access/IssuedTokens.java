package io.heddle.controller.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the tokens of an issuer (OpenID Connect; JWT, RFC 7519). The key decides how a token must be signed, never the
 * token alone: a token without a signature, or one with the public key as a shared secret (HMAC), is refused. Blocks
 * while keys are read; any thread.
 */
public final class IssuedTokens {
    private static final int LONGEST = 16_384;
    private static final int LONGEST_KEY_ID = 256;
    private static final int LONGEST_SUBJECT = 255;
    /** Without what could change how the history and the audit log show other texts, and their own parentheses. */
    private static final Pattern SUBJECT = Pattern.compile("[^\\p{C}\\u2028\\u2029()]{1," + LONGEST_SUBJECT + "}");

    private static final int MOST_GROUPS = 1000;
    /** Logout tokens and security events are no proof of who makes a request. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(60);
    /** What comes before the 32 bytes of a public key of Ed25519. Source: RFC 8410, §4. */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final Set<JWSAlgorithm> EDWARDS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    private final String issuer;
    private final String audience;
    private final IssuerKeys keys;
    private final Clock clock;

    /** A token is not valid; the message says why. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    /**
     * Whom a valid token names.
     *
     * @param end when the token ends, with some time for clocks that differ
     */
    public record Subject(String name, Set<String> groups, Instant end) {
        public Subject {
            groups = Set.copyOf(groups);
        }
    }

    public IssuedTokens(String issuer, String audience, IssuerKeys keys) {
        this(issuer, audience, keys, Clock.systemUTC());
    }

    IssuedTokens(String issuer, String audience, IssuerKeys keys, Clock clock) {
        this.issuer = issuer;
        this.audience = audience;
        this.keys = keys;
        this.clock = clock;
    }

    /** Whether a text has the form of such a token: three parts with dots in between. */
    public static boolean isOne(String text) {
        return !text.startsWith(Tokens.PREFIX)
                && text.chars().filter(c -> c == '.').count() == 2;
    }

    /** Checks a token. @throws Invalid if it is not one of this issuer, or not for this controller, or has ended */
    public Subject check(String token) throws Invalid {
        if (token.length() > LONGEST) {
            throw new Invalid("it is longer than " + LONGEST + " characters");
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            checkSignature(jwt);
            return subject(jwt.getJWTClaimsSet());
        } catch (ParseException | IllegalArgumentException e) {
            throw new Invalid("it is not a signed JWT");
        } catch (JOSEException | GeneralSecurityException e) {
            throw new Invalid("its signature cannot be checked");
        }
    }

    private void checkSignature(SignedJWT jwt) throws Invalid, JOSEException, GeneralSecurityException {
        JWSHeader header = jwt.getHeader();
        JWSAlgorithm algorithm = header.getAlgorithm();
        if (!JWSAlgorithm.Family.RSA.contains(algorithm)
                && !JWSAlgorithm.Family.EC.contains(algorithm)
                && !EDWARDS.contains(algorithm)) {
            throw new Invalid("it is signed in a way that is not accepted: expected RS256, PS256, ES256 or EdDSA");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            throw new Invalid("it needs extensions (crit) that this controller does not know");
        }
        if (header.getType() != null
                && !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
            throw new Invalid("it is a JWT for another purpose (typ): expected JWT or at+jwt");
        }
        String id = header.getKeyID();
        if (id == null || id.length() > LONGEST_KEY_ID) {
            throw new Invalid("it does not name its key (kid) in 1 to " + LONGEST_KEY_ID + " characters");
        }
        JWK key = keys.find(id)
                .orElseThrow(
                        () -> new Invalid("its issuer has no such key (kid); keys are read once a minute at most"));
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm) || !isRight(jwt, key)) {
            throw new Invalid("its signature is wrong");
        }
    }

    private static boolean isRight(SignedJWT jwt, JWK key) throws JOSEException, GeneralSecurityException {
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        if (key instanceof RSAKey rsa && JWSAlgorithm.Family.RSA.contains(algorithm)) {
            return jwt.verify(new RSASSAVerifier(rsa.toRSAPublicKey()));
        } else if (key instanceof ECKey ec && JWSAlgorithm.Family.EC.contains(algorithm)) {
            return jwt.verify(new ECDSAVerifier(ec.toECPublicKey()));
        } else if (key instanceof OctetKeyPair pair && EDWARDS.contains(algorithm)) {
            return isRight(jwt, pair);
        }
        return false;
    }

    /** By Java itself: the library needs another one for this. */
    private static boolean isRight(SignedJWT jwt, OctetKeyPair key) throws GeneralSecurityException {
        byte[] point = key.getDecodedX();
        byte[] encoded = Arrays.copyOf(ED25519, ED25519.length + point.length);
        System.arraycopy(point, 0, encoded, ED25519.length, point.length);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        signature.update(jwt.getSigningInput());
        return signature.verify(jwt.getSignature().decode());
    }

    private Subject subject(JWTClaimsSet claims) throws Invalid, ParseException {
        if (!issuer.equals(claims.getIssuer())) {
            throw new Invalid("it is of another issuer than " + issuer);
        }
        if (!claims.getAudience().contains(audience)) {
            throw new Invalid("it is for somebody else (aud): expected " + audience);
        }
        Instant end = Optional.ofNullable(claims.getExpirationTime())
                .map(Date::toInstant)
                .orElseThrow(() -> new Invalid("it has no end (exp)"))
                .plus(CLOCKS_DIFFER);
        Instant now = clock.instant();
        if (!now.isBefore(end)) {
            throw new Invalid("it has expired");
        }
        if (claims.getNotBeforeTime() != null
                && now.isBefore(claims.getNotBeforeTime().toInstant().minus(CLOCKS_DIFFER))) {
            throw new Invalid("it is not valid yet (nbf): check the clocks");
        }
        String name = claims.getSubject();
        if (name == null || !isSubject(name)) {
            throw new Invalid(
                    "it names nobody (sub) in 1 to " + LONGEST_SUBJECT + " visible characters without parentheses");
        }
        return new Subject(name, groups(claims), end);
    }

    /** Whether a text can be the subject of a token. */
    public static boolean isSubject(String text) {
        return SUBJECT.matcher(text).matches();
    }

    private static Set<String> groups(JWTClaimsSet claims) throws Invalid {
        Object claim = claims.getClaim("groups");
        List<?> found = claim instanceof List<?> list ? list : claim == null ? List.of() : List.of(claim);
        Set<String> groups = new HashSet<>();
        for (Object group : found) {
            if (group instanceof String text) {
                groups.add(text);
            }
        }
        if (groups.size() > MOST_GROUPS) {
            throw new Invalid("it has more than " + MOST_GROUPS + " groups");
        }
        return groups;
    }
}
