package io.heddle.containers.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.containers.ports.Attachment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a runtime asks the plugin for: environment variables, and the network configuration from standard input.
 *
 * @param args the pairs of {@code CNI_ARGS}
 */
record CniRequest(
        String command,
        String containerId,
        String namespace,
        String device,
        Map<String, String> args,
        JsonNode config) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
    private static final Pattern DEVICE = Pattern.compile("[^\\s/:]{1,15}");
    private static final Set<String> KNOWN_ARGS = Set.of(
            "IgnoreUnknown",
            "IP",
            "MAC",
            "K8S_POD_NAMESPACE",
            "K8S_POD_NAME",
            "K8S_POD_UID",
            "K8S_POD_INFRA_CONTAINER_ID");

    /** Reads a request. @param form the variables by their names, and the configuration as {@code config} */
    static CniRequest read(Map<String, String> form) throws CniFault {
        String command = form.getOrDefault("CNI_COMMAND", "");
        JsonNode config;
        try {
            String text = form.getOrDefault("config", "");
            config = JSON.readTree(command.equals("VERSION") && text.isBlank() ? "{}" : text);
        } catch (JsonProcessingException e) {
            throw new CniFault(CniFault.DECODING, "the network configuration is no JSON: " + e.getOriginalMessage());
        }
        if (!config.isObject()) {
            throw new CniFault(CniFault.DECODING, "the network configuration on standard input is no JSON object");
        }
        return new CniRequest(
                command,
                form.getOrDefault("CNI_CONTAINERID", ""),
                form.getOrDefault("CNI_NETNS", ""),
                form.getOrDefault("CNI_IFNAME", ""),
                args(form.getOrDefault("CNI_ARGS", "")),
                config);
    }

    private static Map<String, String> args(String text) throws CniFault {
        Map<String, String> args = new LinkedHashMap<>();
        for (String pair : text.split(";")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new CniFault(
                            CniFault.ENVIRONMENT,
                            "CNI_ARGS: expected pairs such as IP=10.0.0.5;MAC=…, found \"" + pair + "\"");
                }
                args.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return args;
    }

    /** The version of the specification that the configuration is written in. */
    String version() {
        return config.path("cniVersion").asText();
    }

    /** What the runtime calls the network. */
    String name() {
        return config.path("name").asText();
    }

    Attachment attachment() {
        return new Attachment(CniPlugin.RUNTIME, name(), containerId, device);
    }

    /** @throws CniFault if the variables that name the container are wrong */
    void checkContainer() throws CniFault {
        if (!ID.matcher(containerId).matches()) {
            throw new CniFault(
                    CniFault.ENVIRONMENT,
                    "CNI_CONTAINERID: expected letters, digits, '_', '.' and '-', found \"" + containerId + "\"");
        }
        if (!DEVICE.matcher(device).matches() || device.equals(".") || device.equals("..")) {
            throw new CniFault(
                    CniFault.ENVIRONMENT,
                    "CNI_IFNAME: expected the name of an interface of at most 15 characters, such as eth0, found \""
                            + device + "\"");
        }
    }

    /** @throws CniFault if the network namespace is not named, or an argument is not known */
    void checkNamespace() throws CniFault {
        if (!namespace.startsWith("/")) {
            throw new CniFault(
                    CniFault.ENVIRONMENT,
                    "CNI_NETNS: expected the path of a network namespace, such as /run/netns/c1, found \"" + namespace
                            + "\"");
        }
        if (!args.getOrDefault("IgnoreUnknown", "").matches("1|true|TRUE|True")) {
            for (String key : args.keySet()) {
                if (!KNOWN_ARGS.contains(key)) {
                    throw new CniFault(
                            CniFault.ENVIRONMENT,
                            "CNI_ARGS: unknown argument " + key
                                    + "; expected IP, MAC or K8S_POD_…, or IgnoreUnknown=1 to ignore others");
                }
            }
        }
    }
}
