package io.heddle.apps;

/**
 * An app: a pure function from one switch's view of the network to the app's flow entries on that switch. The same view
 * always gives the same entries.
 */
public interface FlowContributor {
    /** The app's name: the first word of its reasons. */
    String name();

    /** The app's number in cookies, 1 to 255; never reused for another app. */
    int number();

    /** Whether the entries depend on the access lists. Those of other apps stay when only lists change. */
    default boolean readsLists() {
        return false;
    }

    /**
     * Whether the entries depend on other hosts. Those of other apps stay when only another host changes. They may
     * depend on all that hosts share: networks, routers, tunnels and links.
     */
    default boolean readsOtherHosts() {
        return true;
    }

    /** Adds this app's entries for one switch to {@code sink}. */
    void contribute(SwitchView view, FlowSink sink);
}
