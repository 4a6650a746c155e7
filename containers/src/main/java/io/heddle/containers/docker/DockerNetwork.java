package io.heddle.containers.docker;

/**
 * A network that Docker has made.
 *
 * @param id what Docker calls it
 * @param network the network, as the network file calls it
 */
record DockerNetwork(String id, String network) {}
