package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
     * region is missing, not persistent, or has log segments too small for the records; {@code check} also where a small file beside
     * the node's records cannot be read, and where a server node with persistent records has no {@code consistentId}.
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
            IgniteKvBackend backend = new IgniteKvBackend(ignite, config, context);
            backend.start();
            return backend;
        }

        @Override
        public void check(Environment environment) {
            environment.resource(IgniteConfiguration.class).ifPresent(node -> {
                RegionCheck.check(node, config);
                if (!config.inMemory()) {
                    FilesCheck.check(node, config.cacheNameFor(environment.prefix()));
                }
            });
        }

        @Override
        public Optional<String> introduction(Environment environment) {
            return environment
                    .resource(IgniteConfiguration.class)
                    .filter(node -> !config.inMemory())
                    .map(node ->
                            Introduction.of(node, config, environment.prefix()).text());
        }

        @Override
        public Optional<String> waitsFor(Environment environment) {
            return environment
                    .resource(Ignite.class)
                    .filter(node -> !config.inMemory())
                    .flatMap(node -> CopyMarks.waitsFor(node, config.cacheNameFor(environment.prefix())));
        }

        @Override
        public Optional<String> refuse(Newcomer newcomer) {
            // What is only in memory does not come back.
            return newcomer.resource(Ignite.class)
                    .filter(node -> !config.inMemory())
                    .flatMap(node -> refuse(node, newcomer));
        }

        private Optional<String> refuse(Ignite node, Newcomer newcomer) {
            String cacheName = config.cacheNameFor(newcomer.prefix());
            Optional<Introduction> said = newcomer.introduction().flatMap(Introduction::parse);
            said.ifPresent(words -> SplitWrites.checkJoin(
                    !ClusterSizes.knownToBeNone(node, cacheName),
                    words,
                    IgniteInternals.baseline(node),
                    newcomer.name()));
            Optional<String> silent = said.isPresent() ? Optional.empty() : silent(node, cacheName, newcomer);
            if (silent.isPresent()) {
                JoinGuard.keptOut(node, newcomer.name());
                return silent;
            }
            return JoinGuard.refuse(
                    node,
                    cacheName,
                    newcomer.name(),
                    said.map(Introduction::mark).orElse(CopyMark.NONE),
                    newcomer.introductionsHere().stream()
                            .map(Introduction::parse)
                            .flatMap(Optional::stream)
                            .map(Introduction::mark)
                            .toList());
        }

        private static Optional<String> silent(Ignite node, String cacheName, Newcomer newcomer) {
            Set<String> baseline = IgniteInternals.baseline(node);
            boolean went = IgniteInternals.active(node)
                    && !SizeChange.mayWrite(SizeTask.heard(node, cacheName), baseline, IgniteInternals.servers(node));
            return SilentNode.refuse(newcomer.name(), newcomer.introduction(), baseline, went);
        }
    }

    /**
     * Accepts that the newest records are lost, with the nodes that have them, where a cluster came back without these and refuses its
     * records. The nodes leave the baseline; whatever older copies are here count from now on. Before such a node comes back its data
     * has to be removed. Activates the cluster. Blocks.
     *
     * <p>The baseline is that of all caches: lost partitions of other prefixes do not wait for these nodes any more either, and open
     * with the copies that are here. {@code PartitionsOpenedWithoutNewest} names the nodes whose newer records are lost by that. Where a cluster came back
     * without these nodes each prefix has to be called for.
     *
     * @param prefix of the durable servers whose records these are
     * @param nodes the names of all missing nodes, as the error that refuses the records says them
     * @throws ConfigurationException {@code INVALID_OPTION} when these are not exactly the missing nodes; nothing was done
     * @throws io.durableserver.NotAppliedException {@code STORAGE_UNAVAILABLE} when a node cannot read what it remembers, and stops
     * @throws io.durableserver.OutcomeUnknownException when one cannot write what it is to remember: call again
     */
    public static void acceptLoss(Ignite ignite, String prefix, IgniteKvConfig config, Set<String> nodes) {
        LossAcceptance.accept(ignite, config.cacheNameFor(prefix), nodes);
    }

    /**
     * How many server nodes the cluster that keeps these records is meant to have: the number that is stored, and counts; empty where
     * none is. Blocks.
     *
     * @param prefix of the durable servers whose records these are
     */
    public static OptionalInt expectedNodes(Ignite ignite, String prefix, IgniteKvConfig config) {
        return SizeAdmin.expectedNodes(ignite, config, prefix);
    }

    /**
     * Changes how many server nodes a cluster is meant to have, while it serves. All nodes of the baseline have to be here, and the new
     * number has to fit them: no smaller than the baseline, and more than half of it must be here. From the first moment on more than
     * half of both numbers have to be there to write; when this has returned the new one counts. Where the call, or a node, ends in
     * between both go on counting, until the same call is made again, or one from the old number to the old number, which takes it
     * back. A call that finds the new number stored has nothing to do. Blocks.
     *
     * @param prefix of the durable servers whose records these are
     * @param from the number that is stored now
     * @param to the new one, 1 to 1,000
     * @throws ConfigurationException {@code INVALID_OPTION} when {@code from} is not the stored number, {@code to} does not fit the
     *     baseline, another change is under way, or the records are in memory; nothing was done
     * @throws io.durableserver.NotAppliedException {@code NOT_READY} when nodes of the baseline are away, or these are no quorum;
     *     retryable. What had been begun stays begun. {@code STORAGE_UNAVAILABLE} when a node cannot read what it remembers, and stops
     * @throws io.durableserver.OutcomeUnknownException when a node left while it was asked, or cannot write what it is to remember:
     *     call again
     */
    public static void changeExpectedNodes(Ignite ignite, String prefix, IgniteKvConfig config, int from, int to) {
        SizeAdmin.change(ignite, config, prefix, from, to);
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
