package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.ignite.Ignite;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;

/** Records in a persistent Ignite cache, on the nodes that run the durable servers. */
public final class IgniteKv {
    private IgniteKv() {}

    /**
     * Opens backends on the node's own Ignite. This library must be on the class path of every server node.
     *
     * <p>{@link BackendFactory#check} and {@link BackendFactory#open} throw a {@link ConfigurationException} where the node's data
     * region is missing, not persistent, or has log segments too small for the records.
     */
    public static BackendFactory backend(IgniteKvConfig config) {
        return new Factory(config);
    }

    private record Factory(IgniteKvConfig config) implements BackendFactory {
        @Override
        public Backend open(Context context) {
            Ignite ignite = context.resource(Ignite.class)
                    .orElseThrow(() -> new ConfigurationException(
                            ConfigurationException.Reason.INVALID_OPTION,
                            "The Ignite KV backend needs a node with Ignite",
                            Map.of("prefix", context.prefix())));
            RegionCheck.check(ignite.configuration(), config);
            IgniteKvBackend backend = new IgniteKvBackend(ignite, config, context.prefix(), context.scheduler());
            backend.start();
            return backend;
        }

        @Override
        public void check(Environment environment) {
            environment.resource(IgniteConfiguration.class).ifPresent(node -> RegionCheck.check(node, config));
        }
    }

    /**
     * Accepts that the newest records are lost, with the nodes that have them, where a cluster came back without these and refuses its
     * records. The nodes leave the baseline; whatever older copies are here count from now on. Before such a node comes back its data
     * has to be removed. Activates the cluster. Blocks.
     *
     * @param prefix of the durable servers whose records these are
     * @param nodes the names of all missing nodes, as the error that refuses the records says them
     * @throws ConfigurationException {@code INVALID_OPTION} when these are not exactly the missing nodes; nothing was done
     */
    public static void acceptLoss(Ignite ignite, String prefix, IgniteKvConfig config, Set<String> nodes) {
        LossAcceptance.accept(ignite, config.cacheNameFor(prefix), nodes);
    }

    /**
     * The storage configuration of a node that keeps records: one persistent region, Ignite's default region left in
     * memory. Give it to {@code IgniteConfiguration.setDataStorageConfiguration}.
     */
    public static DataStorageConfiguration persistentStorage(IgniteKvStorage storage) {
        DataStorageConfiguration result = new DataStorageConfiguration()
                .setDataRegionConfigurations(new DataRegionConfiguration()
                        .setName(storage.dataRegion())
                        .setPersistenceEnabled(true)
                        .setInitialSize(storage.initialBytes())
                        .setMaxSize(storage.maxBytes()))
                .setWalMode(storage.walMode())
                .setWalSegmentSize(storage.walSegmentBytes())
                .setCheckpointFrequency(storage.checkpointEvery().toMillis());
        storage.directory()
                .ifPresent(directory -> result.setStoragePath(path(directory, "db"))
                        .setWalPath(path(directory, "wal"))
                        .setWalArchivePath(path(directory, "wal-archive")));
        return result;
    }

    private static String path(Path directory, String name) {
        return directory.resolve(name).toAbsolutePath().toString();
    }
}
