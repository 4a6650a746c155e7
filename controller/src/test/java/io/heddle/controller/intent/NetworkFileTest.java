package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.heddle.apps.SwitchView;
import io.heddle.apps.all.Apps;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.config.Problem;
import io.heddle.flows.model.NetworkModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class NetworkFileTest {
    private static final String HEAD = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 10200}
              blue: {vlan: 300}
              lan: {}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
            """;

    private static List<Problem> problems(String text) {
        return assertThrows(InvalidNetworkException.class, () -> NetworkFile.parse(Map.of("net.yaml", text)))
                .problems();
    }

    /** One fault each: the lines after {@link #HEAD}, and the expected errors with their places. */
    static Stream<Arguments> faults() throws IOException {
        try (InputStream in = NetworkFileTest.class.getResourceAsStream("/faults.txt")) {
            return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^===.*\n"))
                    .filter(s -> !s.isBlank())
                    .map(s -> s.split("(?m)^---\n"))
                    .map(s -> Arguments.of(s[0], s[1].strip()));
        }
    }

    @Test
    void aLongListFitsWhereItsRulesLookAtTheSameFields() throws Exception {
        NetworkFile.parse(Map.of("net.yaml", rules("ip,nw_src=10.%1$d.%2$d.%3$d", "ip,nw_src=11.%1$d.%2$d.%3$d")));
        List<Problem> found = problems(rules("ip,nw_src=10.%1$d.%2$d.%3$d", "ip,nw_dst=10.%1$d.%2$d.%3$d"));
        assertEquals(1, found.size());
        assertTrue(
                found.get(0).toString().startsWith("net.yaml:60003:")
                        && found.get(0).toString().contains("share one"),
                found.toString());
    }

    /** 70,000 rules, alternating between two kinds. */
    private static String rules(String even, String odd) {
        StringBuilder text = new StringBuilder("heddle: v1\nacls:\n- {name: long, rules: [\n");
        for (int i = 0; i < 70_000; i++) {
            text.append("{match: \"")
                    .append(String.format(i % 2 == 0 ? even : odd, i >> 16, i >> 8 & 0xff, i & 0xff))
                    .append("\", action: drop},\n");
        }
        return text + "]}\n";
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysWhereAndWhatWouldBeRight(String lines, String expected) {
        String text = lines.startsWith("heddle") || lines.startsWith("nothing") ? lines : HEAD + lines;
        List<Problem> found = problems(text);
        assertTrue(
                found.stream().anyMatch(p -> p.toString().contains(expected)),
                () -> "expected \"" + expected + "\" in\n" + found);
    }

    @Test
    void allFaultsAtOnceInTheOrderOfTheFile() {
        List<Problem> found = problems(HEAD + """
                          vm1: {access: rde}
                          vm2: {acess: red}
                          vm3: {trunk: red}
                acls:
                  - {name: a, rules: [{match: "ip,nw_scr=10.0.0.1", action: drop}]}
                """);
        assertEquals(List.of(12, 13, 14, 16), found.stream().map(Problem::line).toList(), found.toString());
    }

    /** Fuzzes the examples with misplaced words and more: the result is always a network or a list of problems. */
    @Test
    void noFileHoweverWrongGetsAnythingButAnAnswer() throws IOException {
        Random random = new Random(3);
        List<String> words = new ArrayList<>(List.of(
                "99999999999999999999",
                "-1",
                "0",
                "4095",
                "1.5",
                "1e9",
                "~",
                "[]",
                "{}",
                "[[a]]",
                "\"\"",
                "yes",
                "0x1g",
                "02:00",
                "1.2.3/8",
                "300.1.2.3/24",
                "::/200",
                "ff:ff:ff:ff:ff:ff",
                "*a",
                "mbit",
                "0bit",
                "9-1"));
        List<String> texts = examples();
        texts.forEach(t -> words.addAll(List.of(t.replaceAll("#.*", "").split("[\\s,{}\\[\\]:]+"))));
        int wrong = 0;
        int right = 0;
        for (int i = 0; i < 8_000; i++) {
            String text = texts.get(random.nextInt(texts.size()));
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                Matcher m = Pattern.compile("[^\\s,{}\\[\\]:]+").matcher(text);
                int at = random.nextInt((int) m.results().count());
                m.reset();
                for (int k = 0; k <= at; k++) {
                    m.find();
                }
                text = text.substring(0, m.start()) + words.get(random.nextInt(words.size())) + text.substring(m.end());
            }
            try {
                compile(NetworkFile.parse(Map.of("net.yaml", text)));
                right++;
            } catch (InvalidNetworkException e) {
                wrong++;
            } catch (RuntimeException e) {
                throw new AssertionError("in\n" + text, e);
            }
        }
        assertTrue(wrong > 3_000 && right > 300, wrong + " were wrong, " + right + " right");
    }

    /** Compiles an accepted network without an exception. */
    private static void compile(NetworkModel model) {
        model.hosts().values().forEach(host -> {
            HostCompiler.compile(model, host, java.util.Set.of("tcp:192.0.2.1:6653"));
            host.bridges().values().forEach(bridge -> {
                Map<String, Integer> numbers = new HashMap<>();
                bridge.ports().values().forEach(p -> p.interfaces().forEach(i -> numbers.put(i, numbers.size() + 1)));
                numbers.put(model.tunnelPort(bridge), numbers.size() + 1);
                SwitchView view = new SwitchView(model, Optional.of(new NetworkModel.Place(host, bridge)), numbers);
                Apps.compile(view);
                LearningPorts.of(view);
            });
        });
    }

    @Test
    void tunnelsHaveOneIpVersionFromEndToEnd() {
        String file = """
                heddle: v1
                networks: {red: {vlan: 200, vni: 10200}}
                hosts:
                  hv1: {ovsdb: "tcp:192.0.2.1:6640", tunnel-ip: 192.0.2.1, bridges: {br0: {ports: {a: {access: red}}}}}
                  hv2: {ovsdb: "tcp:192.0.2.2:6640", tunnel-ip: "fd00::2", bridges: {br0: {ports: {a: {access: red}}}}}
                """;
        assertTrue(
                problems(file)
                        .toString()
                        .contains("is an IPv4 address and the tunnel-ip of hv2, with which it shares a"
                                + " network, is not"),
                problems(file).toString());
    }

    @Test
    void aWrongYamlIsAProblemWithAPlace() {
        Problem p = problems("heddle: v1\nhosts: {a: [}\n").get(0);
        assertEquals(2, p.line());
        assertTrue(p.message().startsWith("not YAML"), p.message());
    }

    /** A third-party validator accepts the published schema, and agrees with Heddle's own on every file here. */
    @Test
    void anotherValidatorAgrees() throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode schemaNode =
                json.readTree(NetworkFileTest.class.getResourceAsStream("/io/heddle/network.schema.json"));
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schemaNode.toString(), InputFormat.JSON);
        for (String text : examples()) {
            NetworkFile.parse(Map.of("net.yaml", text));
            String asJson =
                    json.writeValueAsString(new Load(LoadSettings.builder().build()).loadFromString(text));
            var errors = schema.validate(asJson, InputFormat.JSON);
            if (!errors.isEmpty()) {
                fail(errors + " in\n" + text);
            }
        }
        for (String wrong : List.of(
                "heddle: v2",
                "heddle: v1\nnetworks: {a: {vlna: 3}}",
                "heddle: v1\nnetworks: {a: {vlan: 5000}}",
                "heddle: v1\nhosts: []",
                "networks: {}")) {
            problems(wrong);
            String asJson =
                    json.writeValueAsString(new Load(LoadSettings.builder().build()).loadFromString(wrong));
            assertTrue(!schema.validate(asJson, InputFormat.JSON).isEmpty(), wrong);
        }
    }

    private static List<String> examples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            List<Path> found = files.filter(f -> f.toString().endsWith(".yaml"))
                    .filter(f -> f.toString().contains("/networks/")
                            || f.toString().contains("/examples/")
                            || f.toString().contains("/golden/"))
                    .filter(f -> !f.toString().contains("/target/"))
                    // What imports write is only a part of a network.
                    .filter(f -> !f.toString().contains("/golden/firewall/"))
                    // The others are what they read.
                    .filter(f -> !f.toString().contains("/golden/hosts/") || f.endsWith("network.yaml"))
                    .toList();
            assertTrue(!found.isEmpty());
            List<String> texts = new ArrayList<>();
            for (Path f : found) {
                texts.add(Files.readString(f));
            }
            return texts;
        }
    }
}
