package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads texts of all formats for one direction. */
final class Formats {
    /** Reads a text in one format. */
    private interface Reader {
        void read(Source source) throws FirewallSyntaxException;
    }

    private final Ruleset ruleset;
    private final Interfaces interfaces;
    private final Proxmox proxmox;
    /** The formats by what a text in them contains. Definitions come before what uses them. */
    private final Map<Pattern, Reader> readers = new LinkedHashMap<>();

    Formats(Direction direction, String ownInterface) {
        ruleset = new Ruleset(direction);
        interfaces = new Interfaces(direction, ownInterface);
        proxmox = new Proxmox(ruleset, interfaces);
        readers.put(Ipset.SHAPE, s -> Ipset.read(s, ruleset));
        readers.put(UfwDefaults.SHAPE, s -> UfwDefaults.read(s, ruleset));
        readers.put(UfwStatus.SHAPE, s -> UfwStatus.read(s, ruleset, interfaces));
        readers.put(NftJson.SHAPE, s -> Nft.read(s, NftJson.read(s), ruleset, interfaces));
        readers.put(NftText.SHAPE, s -> Nft.read(s, NftText.read(s), ruleset, interfaces));
        readers.put(ProxmoxFile.SHAPE, proxmox::add);
        readers.put(Iptables.SHAPE, s -> Iptables.read(s, ruleset, interfaces));
    }

    Ruleset read(List<Source> sources) throws FirewallSyntaxException {
        List<Pattern> order = new ArrayList<>(readers.keySet());
        Map<Source, Pattern> formats = new LinkedHashMap<>();
        for (Source source : sources) {
            formats.put(
                    source,
                    order.stream()
                            .filter(p -> p.matcher(source.text()).find())
                            .findFirst()
                            .orElseThrow(() -> source.error(
                                    1,
                                    "expected the output of iptables-save,"
                                            + " ip6tables-save, ipset save, nft list ruleset or ufw status verbose, or"
                                            + " a file of ufw or of Proxmox VE")));
        }
        List<Source> sorted = new ArrayList<>(formats.keySet());
        sorted.sort(Comparator.comparingInt(s -> order.indexOf(formats.get(s))));
        for (Source source : sorted) {
            readers.get(formats.get(source)).read(source);
        }
        proxmox.finish();
        return ruleset;
    }
}
