package io.durableserver.ignite.life;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.disk.StateFile;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node that left its cluster is to join instead, kept for the process that comes after this one: its settings may lead back to
 * where it could not stay. It is a hint for one start, gone when the node has joined anywhere. Thread-safe.
 */
final class Destinations {
    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);
    private static final String FILE = "durable-goes-to-";

    private final StateFile file;

    Destinations(EmbeddedNode node) {
        this.file = new StateFile(node, FILE);
    }

    synchronized void remember(List<String> addresses) {
        try {
            file.write(addresses);
        } catch (IOException e) {
            LOG.warn("{} cannot be written: another process of this node joins where its settings say", file.path(), e);
        }
    }

    /** Empty where there is nothing to go to. */
    synchronized List<String> read() {
        try {
            return file.read();
        } catch (IOException e) {
            LOG.warn("{} cannot be read: the node joins where its settings say", file.path(), e);
            return List.of();
        }
    }

    synchronized void forget() {
        try {
            file.delete();
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: the next process of this node tries to join there once", file.path(), e);
        }
    }
}
