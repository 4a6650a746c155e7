package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Expectation;
import io.heddle.flows.model.Link;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Nearest;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads expectations: {@code red cannot reach blue}, {@code any can reach dns/53}, or the same as a mapping. */
final class ExpectReader {
    private static final Pattern SENTENCE = Pattern.compile("(\\S+) (can|cannot) reach (\\S+)");
    private static final Pattern SERVICE = Pattern.compile("(.+?)/(\\d+)(?:/(tcp|udp|sctp))?");
    private static final int LARGEST_PORT = 0xffff;

    private final NetworkModel model;
    private final AddressNames names;
    private final List<Problem> problems;

    ExpectReader(NetworkModel model, AddressNames names, List<Problem> problems) {
        this.model = model;
        this.names = names;
        this.problems = problems;
    }

    Optional<Expectation> read(Yaml y) {
        if (y.isMap()) {
            return mapping(y);
        }
        Matcher m = SENTENCE.matcher(y.text().strip());
        if (!m.matches()) {
            problems.add(y.problem(
                    "expected a sentence such as \"red cannot reach blue\" or \"any can reach dns/53\", found \""
                            + y.text() + "\""));
            return Optional.empty();
        }
        String to = m.group(3);
        List<Match> frames = new ArrayList<>();
        Matcher service = SERVICE.matcher(to);
        if (service.matches() && !InetAddresses.isInetAddress(to)) {
            to = service.group(1);
            frames.addAll(service(y, service.group(2), service.group(3)));
        }
        return expectation(y, y.text().strip(), m.group(1), to, m.group(2).equals("can"), frames);
    }

    private Optional<Expectation> mapping(Yaml y) {
        boolean reach = !y.text("reach", "true").equals("false");
        List<Match> frames = new ArrayList<>();
        y.get("match").ifPresent(m -> frames.addAll(frames(m)));
        String from = y.text("from", "any");
        String to = y.text("to", "any");
        return expectation(
                y,
                from
                        + (reach ? " can reach " : " cannot reach ")
                        + to
                        + (frames.isEmpty() ? "" : " by " + frames.get(0)),
                from,
                to,
                reach,
                frames);
    }

    private List<Match> frames(Yaml m) {
        int before = problems.size();
        List<Match> frames = List.of();
        try {
            frames = m.isMap()
                    ? matches(m, MatchWords.read(m, names, name -> OptionalInt.empty(), problems))
                    : List.of(FlowText.parseMatch(m.text()));
        } catch (FlowSyntaxException e) {
            problems.add(m.problem(e.getMessage()));
        }
        if (frames.isEmpty() && problems.size() == before) {
            // An expectation without frames is about all of them.
            problems.add(m.problem("matches nothing: the names in it stand for no addresses"));
        }
        return frames;
    }

    private List<Match> matches(Yaml m, List<Product> products) {
        long size = products.stream().mapToLong(Product::size).sum();
        if (size > MatchWords.MOST_MATCHES) {
            problems.add(m.problem("stands for " + size + " matches, and " + MatchWords.MOST_MATCHES
                    + " are possible in one expectation: write shorter prefixes or fewer addresses and ports"));
            return List.of();
        }
        return products.stream().flatMap(p -> p.matches().stream()).toList();
    }

    private Optional<Expectation> expectation(
            Yaml y, String text, String from, String to, boolean reach, List<Match> frames) {
        Optional<Expectation.Group> a = group(y, from);
        Optional<Expectation.Group> b = group(y, to);
        if (from.equals(to) && a.filter(Expectation.Outside.class::isInstance).isPresent()) {
            problems.add(y.problem("says nothing about this network: both ends are outside"));
            return Optional.empty();
        }
        return a.isEmpty() || b.isEmpty()
                ? Optional.empty()
                : Optional.of(new Expectation(text, a.get(), b.get(), reach, frames));
    }

    private List<Match> service(Yaml y, String number, String proto) {
        if (number.length() > 5 || Integer.parseInt(number) > LARGEST_PORT) {
            problems.add(y.problem("port " + number + " is out of range, expected 0 to 65535"));
            return List.of();
        }
        List<Match> frames = new ArrayList<>();
        for (String p : proto == null ? List.of("tcp", "udp") : List.of(proto)) {
            frames.add(FlowText.parseMatch(p + ",tp_dst=" + number));
            frames.add(FlowText.parseMatch(p + "6,tp_dst=" + number));
        }
        return frames;
    }

    private Optional<Expectation.Group> group(Yaml y, String name) {
        if (name.equals("any")) {
            return Optional.of(new Expectation.Any());
        } else if (model.networks().containsKey(name)) {
            return Optional.of(new Expectation.InNetwork(name));
        } else if (model.hosts().containsKey(name)) {
            return Optional.of(new Expectation.OnHost(name));
        } else if (name.equals("outside")) {
            return Optional.of(new Expectation.Outside());
        } else if (InetAddresses.isInetAddress(name)) {
            return Optional.of(new Expectation.AtAddress(InetAddresses.forString(name)));
        }
        Optional<Link.End> port = LinkReader.port(model, name);
        if (port.isEmpty()) {
            List<String> known = new ArrayList<>(model.networks().keySet());
            known.addAll(model.hosts().keySet());
            model.places().forEach(p -> known.addAll(p.bridge().ports().keySet()));
            known.addAll(model.roaming().keySet());
            problems.add(y.problem(Nearest.unknown("network, host, port or address", name, known)));
        }
        return port.map(p -> new Expectation.AtPort(p.host(), p.bridge(), p.port()));
    }
}
