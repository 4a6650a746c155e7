/**
 * Several controllers as one. Their state is in etcd; one of them leads, and alone writes to hosts and switches; the
 * others keep a copy of the state, and take over within a second. See docs/cluster.md.
 */
package io.heddle.cluster;
