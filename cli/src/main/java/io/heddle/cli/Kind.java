package io.heddle.cli;

import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;

/** The kinds for {@code heddle get}: first the columns that name a row, then the columns to show if not all fit. */
enum Kind {
    NETWORKS("name", "name,vlan,vni,mtu,subnet,hosts,ports,macs,router,dhcp"),
    ROUTERS("name", "name,networks,outside,addresses,activeHost,nat"),
    CONTROLLERS("name", ""),
    HOSTS("name", ""),
    BRIDGES("host,name", ""),
    PORTS("host,bridge,port", "host,bridge,port,interface,networks,mode,state,link,mtu,rxRate,txRate,error"),
    SWITCHES("datapathId", ""),
    MACS("switch,network,mac", ""),
    LEASES("network,address", "network,address,mac,port,name,state,ends"),
    SERVICES("router,service,backend", "router,service,address,backend,state,port,affinity"),
    ADDRESSES("network,address", "network,address,source,mac,host,port,reservedFor,lease"),
    FLOWS("switch,table", ""),
    METERS("switch,meter", ""),
    GROUPS("switch,group", ""),
    TUNNELS("host,bridge,peer", "host,bridge,type,local,peer,remote,mtu,networks,state,rate"),
    BONDS("host,bridge,bond", ""),
    ACLS("switch,reason", ""),
    DROPS("switch,reason", "switch,reason,packets,rate,lastSeen,lastPort,lastFrame"),
    EVENTS("id", ""),
    HISTORY("version", ""),
    LOGGERS("name", "");

    /** The words for the kinds on the command line. */
    static final class Words extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Words() {
            super(Arrays.stream(Kind.values()).map(Kind::toString).toList());
        }
    }

    /** Reads a kind from the command line. */
    static final class Reader implements CommandLine.ITypeConverter<Kind> {
        @Override
        public Kind convert(String word) {
            return Arrays.stream(Kind.values())
                    .filter(k -> k.toString().equalsIgnoreCase(word))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            Nearest.unknown("kind", word, new Words()).replace("declared are", "there are")));
        }
    }

    private final List<String> name;
    private final List<String> columns;

    Kind(String name, String columns) {
        this.name = List.of(name.split(","));
        this.columns = columns.isEmpty() ? List.of() : List.of(columns.split(","));
    }

    /** The path in the admin API, and the word on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The columns that together name a row. */
    List<String> naming() {
        return name;
    }

    /** The most important columns; empty for all. */
    List<String> columns() {
        return columns;
    }
}
