package io.durableserver.ignite.life;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.disk.StateFile;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a node that left its cluster is to join instead, kept for the process that comes after this one: its settings may lead back to
 * where it could not stay. It is a hint for one start, gone when the node has joined anywhere. Thread-safe.
 */
final class Destinations {
    private static final String FILE = "durable-goes-to-";

    private final StateFile file;
    private final Consumer<RuntimeEvent> facts;

    Destinations(EmbeddedNode node, Consumer<RuntimeEvent> facts) {
        this.file = new StateFile(node, FILE);
        this.facts = facts;
    }

    synchronized void remember(List<String> addresses) {
        try {
            file.write(addresses);
        } catch (IOException e) {
            facts.accept(file.unusable("another process of this node joins where its settings say", e));
        }
    }

    /** Empty where there is nothing to go to. */
    synchronized List<String> read() {
        try {
            return file.read();
        } catch (IOException e) {
            facts.accept(file.unusable("the node joins where its settings say", e));
            return List.of();
        }
    }

    synchronized void forget() {
        try {
            file.delete();
        } catch (IOException e) {
            facts.accept(file.unusable("the next process of this node tries to join there once", e));
        }
    }
}
