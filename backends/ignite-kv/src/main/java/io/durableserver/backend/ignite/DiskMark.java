package io.durableserver.backend.ignite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;

/**
 * An empty file beside a node's records: it goes when the disk goes. A node of the baseline without it has lost what it
 * had, or is new. This task runs on each server node, and answers whether the mark was there; field names are part of the
 * wire form.
 */
final class DiskMark implements IgniteCallable<Boolean> {
    private static final long serialVersionUID = 1L;

    private final String cacheName;
    private final boolean set;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    private DiskMark(String cacheName, boolean set) {
        this.cacheName = cacheName;
        this.set = set;
    }

    /** Marks the disks of all server nodes. Blocks. */
    static void set(Ignite ignite, String cacheName) {
        ignite.compute(ignite.cluster().forServers()).broadcast(new DiskMark(cacheName, true));
    }

    /** The nodes that are here and meant to have records, and whose disks are not marked. Blocks. */
    static Set<String> absent(Ignite ignite, String cacheName) {
        Set<String> meant = IgniteInternals.baseline(ignite);
        Set<String> absent = new TreeSet<>();
        for (ClusterNode node : ignite.cluster().forServers().nodes()) {
            String name = String.valueOf(node.consistentId());
            if (meant.contains(name)
                    && !ignite.compute(ignite.cluster().forNode(node)).call(new DiskMark(cacheName, false))) {
                absent.add(name);
            }
        }
        return absent;
    }

    @Override
    public Boolean call() {
        Ignite node = Objects.requireNonNull(ignite, "ignite");
        Path file = file(node, cacheName);
        try {
            return set ? DurableLines.mark(file) : DurableLines.exists(file);
        } catch (FileFailure failure) {
            IgniteInternals.fail(node, failure);
            return false;
        }
    }

    private static Path file(Ignite node, String cacheName) {
        return beside(
                node.configuration(), node.cluster().localNode().consistentId(), "durable-" + cacheName + ".disk");
    }

    /** A file beside the records of a node. */
    static Path beside(IgniteConfiguration node, Object consistentId, String name) {
        DataStorageConfiguration storage = node.getDataStorageConfiguration();
        String stored = storage == null ? null : storage.getStoragePath();
        Path work = Path.of(node.getWorkDirectory());
        Path directory = work.resolve(stored == null ? "db" : stored);
        // Ignite's own directory for this node.
        String id = String.valueOf(consistentId).replaceAll("[^A-Za-z0-9]", "_");
        Path own = directory.resolve(id);
        return (Files.isDirectory(own) ? own : directory).resolve(name);
    }
}
