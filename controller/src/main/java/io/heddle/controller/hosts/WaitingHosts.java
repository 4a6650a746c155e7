package io.heddle.controller.hosts;

import io.heddle.ovsdb.OvsdbSession;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions of hosts that wait for their controller to lead. Hosts with a certificate and those without have limits
 * of their own, so that nobody without a certificate can keep a host with one out. Any thread.
 */
final class WaitingHosts {
    private final int most;
    private final int mostOfAnAddress;
    /** In the order in which they came. */
    private final Map<OvsdbSession, Waiting> sessions = new LinkedHashMap<>();

    private record Waiting(String systemId, InetAddress address, boolean hasCertificate) {}

    /**
     * @param most the most sessions with a certificate, and likewise without
     * @param mostOfAnAddress the most sessions without a certificate from one address
     */
    WaitingHosts(int most, int mostOfAnAddress) {
        this.most = most;
        this.mostOfAnAddress = mostOfAnAddress;
    }

    /** Adds a session. */
    synchronized void add(OvsdbSession session, String systemId) {
        sessions.put(session, waiting(session, systemId));
    }

    /** Adds a session if the limits allow it. @return why they do not; empty if it was added */
    synchronized Optional<String> addWithinLimits(OvsdbSession session, String systemId) {
        Waiting newcomer = waiting(session, systemId);
        Optional<String> refusal = refusal(newcomer);
        if (refusal.isEmpty()) {
            sessions.put(session, newcomer);
        }
        return refusal;
    }

    private static Waiting waiting(OvsdbSession session, String systemId) {
        return new Waiting(
                systemId, session.remoteAddress(), session.certificate().isPresent());
    }

    private Optional<String> refusal(Waiting newcomer) {
        List<Waiting> alike = sessions.values().stream()
                .filter(w -> w.hasCertificate() == newcomer.hasCertificate())
                .toList();
        if (alike.size() >= most) {
            return Optional.of("there are already " + most + " hosts that wait for this controller to lead");
        }
        if (newcomer.hasCertificate()) {
            return Optional.empty();
        }
        long ofAddress = alike.stream()
                .filter(w -> w.address().equals(newcomer.address()))
                .count();
        return ofAddress < mostOfAnAddress
                ? Optional.empty()
                : Optional.of("there are already " + mostOfAnAddress + " hosts without a certificate from "
                        + newcomer.address().getHostAddress() + " that wait for this controller to lead");
    }

    /** Removes a session. @return its system-id; empty if it is not there any more */
    synchronized Optional<String> remove(OvsdbSession session) {
        return Optional.ofNullable(sessions.remove(session)).map(Waiting::systemId);
    }

    /** All sessions: those with a certificate first, and else in the order in which they came. */
    synchronized List<OvsdbSession> inOrder() {
        List<OvsdbSession> first = new ArrayList<>();
        List<OvsdbSession> later = new ArrayList<>();
        sessions.forEach((session, waiting) -> (waiting.hasCertificate() ? first : later).add(session));
        first.addAll(later);
        return first;
    }
}
