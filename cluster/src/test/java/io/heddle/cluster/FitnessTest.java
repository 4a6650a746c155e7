package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FitnessTest {
    private String network = "";
    private String disk = "";
    private int reads;

    private final Fitness fitness = new Fitness(
            () -> {
                reads++;
                return network;
            },
            () -> disk);

    @Test
    void aControllerWithAFullDiskLeadsIfNobodyElseCould() {
        disk = "full";
        fitness.joins();
        assertEquals("full", fitness.fault());
        assertFalse(fitness.campaigns(true));
        assertTrue(fitness.campaigns(false));
    }

    @Test
    void aControllerThatCannotReadTheNetworkNeverLeads() {
        network = "unreadable";
        fitness.joins();
        assertFalse(fitness.campaigns(false));
        network = "";
        fitness.look();
        assertFalse(fitness.campaigns(false), "the same version");
        fitness.versionCame();
        fitness.look();
        assertTrue(fitness.campaigns(true));
        assertEquals(2, reads);
    }

    @Test
    void othersHearOfEachChangeOnce() {
        fitness.joins();
        assertFalse(fitness.isNews());
        network = "unreadable";
        fitness.versionCame();
        fitness.look();
        assertTrue(fitness.isNews());
        fitness.announced();
        assertFalse(fitness.isNews());
        fitness.joins();
        assertTrue(fitness.isNews(), "what they knew ended with the lease");
    }
}
