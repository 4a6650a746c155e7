package io.heddle.openflow;

import io.heddle.apps.l2learning.MacTable;

/**
 * A MAC that is learnt on one switch.
 *
 * @param place its network and port
 * @param ipv4 the IPv4 address that it last sent from, 0 if unknown
 */
public record LearntMac(MacTable.Entry place, int ipv4) {}
