package io.heddle.trace;

import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells in words what routers have done with a frame on its way. */
final class Routes {
    private final List<String> words = new ArrayList<>();

    /** Adds what the routers of a switch have done. @param path the entries that a frame has met there */
    void add(Station station, List<FlowEntry> path) {
        String from = "";
        for (FlowEntry e : path) {
            Optional<Reason> reason = station.reason(e);
            String kind = reason.map(Reason::kind).orElse("");
            List<String> about = reason.map(Reason::about).orElse(List.of());
            switch (kind) {
                case "enters-router", "comes-by" -> from = about.get(1);
                case "outside-address", "from-outside" -> from = "outside";
                case "routed" -> words.add("routed by " + about.get(0) + " from " + from + " to " + about.get(1));
                case "routed-by" ->
                    words.add("routed by " + about.get(0) + " from " + from + " towards " + about.get(1));
                case "next-router-chosen" ->
                    words.add("routed by " + about.get(0) + " from " + from + " towards " + about.get(1) + " by "
                            + about.get(2)
                            + (about.get(3).isEmpty() ? "" : " (other connections by " + about.get(3) + ")"));
                case "next-router-kept" ->
                    words.add("routed by " + about.get(0) + " from " + from + " towards " + about.get(1) + " by "
                            + about.get(2) + ", like its connection");
                case "next-router-back" ->
                    words.add("routed by " + about.get(0) + " from " + from + " back by " + about.get(2)
                            + ", by which its connection came");
                case "source-nat" -> words.add("source translated to " + about.get(2));
                case "destination-nat" -> words.add("destination translated: " + about.get(1));
                case "translated-back" -> words.add("translated back by " + about.get(0));
                case "routed-out" -> words.add("routed out by " + about.get(0) + " on " + about.get(1));
                default -> {}
            }
        }
    }

    /** The words, as the beginning of a sentence; empty if no router has seen the frame. */
    String sentence() {
        return words.isEmpty() ? "" : String.join(", ", words) + ", ";
    }
}
