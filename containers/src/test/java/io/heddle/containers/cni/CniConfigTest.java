package io.heddle.containers.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CniConfigTest {
    private static CniRequest request(String args, String more) throws CniFault {
        return CniRequest.read(Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", "0123456789abcdef",
                "CNI_NETNS", "/run/netns/a",
                "CNI_IFNAME", "eth0",
                "CNI_ARGS", args,
                "config", "{\"cniVersion\": \"1.0.0\", \"name\": \"red\", \"type\": \"heddle-cni\"" + more + "}"));
    }

    private static CniConfig config(String args, String more) throws CniFault {
        return CniConfig.read(request(args, more));
    }

    @Test
    void theNameOfTheNetworkIsHeddlesUnlessTheFileSaysOtherwise() throws CniFault {
        assertEquals("red", config("", "").network());
        assertEquals("blue", config("", ", \"network\": \"blue\"").network());
    }

    @Test
    void addressesAndMacsComeByEachOfTheConventions() throws CniFault {
        assertEquals(List.of("10.0.0.5"), config("IP=10.0.0.5", "").addresses());
        CniConfig config = config(
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-1",
                ", \"args\": {\"cni\": {\"ips\": [\"10.0.0.5/24\"]}}, \"runtimeConfig\": {\"ips\": [\"fd00::5\"],"
                        + " \"mac\": \"02:00:00:00:00:0A\","
                        + " \"bandwidth\": {\"ingressRate\": 1000000, \"egressRate\": 2000000, \"egressBurst\": 5}}");
        assertEquals(List.of("10.0.0.5", "fd00::5"), config.addresses());
        assertEquals("02:00:00:00:00:0a", config.mac());
        assertEquals("shop/web-1", config.labels().get("pod"));
        assertEquals("0123456789ab", config.labels().get("container"));
        assertEquals(
                Map.of("egress-rate", "1000000bit", "ingress-rate", "2000000bit", "ingress-burst", "5bit"),
                config.rates());
    }

    @Test
    void refusesWhatItDoesNotDo() {
        refused(CniFault.UNSUPPORTED_FIELD, "remove ipam", "", ", \"ipam\": {\"type\": \"static\"}");
        refused(CniFault.UNSUPPORTED_FIELD, "remove ipMasq", "", ", \"ipMasq\": true");
        refused(CniFault.UNSUPPORTED_FIELD, "mtu: unknown key", "", ", \"mtu\": 1400");
        refused(CniFault.UNSUPPORTED_FIELD, "aliases", "", ", \"runtimeConfig\": {\"aliases\": {\"red\": [\"x\"]}}");
        refused(CniFault.UNSUPPORTED_FIELD, "more than one address", "IP=10.0.0.1,10.0.0.2", "");
        refused(CniFault.CONFIGURATION, "expected an IP address", "IP=10.0.0.256", "");
        refused(CniFault.CONFIGURATION, "expected a MAC", "MAC=02:00", "");
        refused(CniFault.CONFIGURATION, "labels.runtime", "", ", \"labels\": {\"runtime\": \"docker\"}");
        refused(CniFault.CONFIGURATION, "name", "", ", \"name\": \"red/blue\"");
        refused(CniFault.UNSUPPORTED_FIELD, "remove ipMasq", "", ", \"ipMasq\": \"yes\"");
    }

    @Test
    void refusesValuesOfTheWrongKind() {
        refused(CniFault.CONFIGURATION, "default-route: expected true or false", "", ", \"default-route\": \"no\"");
        refused(CniFault.CONFIGURATION, "labels.app: expected a text", "", ", \"labels\": {\"app\": [\"web\"]}");
        for (String rate : new String[] {"\"fast\"", "-1", "1.5", "99999999999999999999", "null"}) {
            refused(
                    CniFault.CONFIGURATION,
                    "bandwidth.egressRate: expected a whole number",
                    "",
                    rates("egressRate", rate));
        }
        refused(CniFault.UNSUPPORTED_FIELD, "bandwidth.ingressBurst", "", rates("ingressBurst", "5000"));
    }

    private static String rates(String key, String value) {
        return ", \"runtimeConfig\": {\"bandwidth\": {\"" + key + "\": " + value + "}}";
    }

    @Test
    void aBurstWithoutALimitIsNone() throws CniFault {
        assertEquals(Map.of(), config("", rates("ingressBurst", "2147483647")).rates());
        assertEquals(Map.of(), config("", rates("egressBurst", "2147483647")).rates());
        assertEquals(Map.of(), config("", rates("ingressBurst", "0")).rates());
    }

    private static void refused(int code, String why, String args, String more) {
        CniFault fault = assertThrows(CniFault.class, () -> config(args, more), more);
        assertTrue(fault.code() == code && fault.getMessage().contains(why), fault.code() + ": " + fault.getMessage());
    }
}
