package io.heddle.apps;

/**
 * An app: a pure function from one switch's view of the network to the flow entries it wants there. The same view
 * gives the same entries, always.
 */
public interface FlowContributor {
    /** The app's name, the first word of the reasons it gives. */
    String name();

    /** The app's number in cookies, 1 to 255, never used for another app again. */
    int number();

    /** Emits this app's entries for one switch. */
    void contribute(SwitchView view, FlowSink sink);
}
