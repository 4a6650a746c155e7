package io.heddle.importing.firewall;

import java.util.List;
import java.util.Set;

/**
 * What people say about rules that they import.
 *
 * @param name with which the names of the lists begin
 * @param ports to which the lists belong; empty if the file is to say that they are missing
 * @param ownInterface the interface of the machine to which the port leads; "" if nobody said
 * @param chains of "input", "output" and "forward"
 */
public record Options(String name, List<String> ports, String ownInterface, Set<String> chains) {}
