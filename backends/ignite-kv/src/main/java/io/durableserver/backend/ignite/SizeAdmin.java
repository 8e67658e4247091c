package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.jspecify.annotations.Nullable;

/** An operator's word on how many nodes a cluster is meant to have: the shell of {@link SizeChange}. Blocks. */
final class SizeAdmin {
    /** Nodes that come meanwhile, and other calls, cost a round each. */
    private static final int ROUNDS = 50;

    private SizeAdmin() {}

    static OptionalInt expectedNodes(Ignite ignite, IgniteKvConfig config, String prefix) {
        checkStored(config);
        Optional<ClusterSize> size = ClusterSize.newest(
                ClusterSizes.ask(ignite, SizeTask.read(config.cacheNameFor(prefix))).values().stream()
                        .flatMap(Optional::stream)
                        .toList());
        return size.isPresent() ? OptionalInt.of(size.get().expected()) : OptionalInt.empty();
    }

    private static void checkStored(IgniteKvConfig config) {
        if (config.inMemory()) {
            throw ConfigurationException.option(
                    "igniteKv.inMemory",
                    true,
                    "false: the number of nodes of records in memory is that of the configuration");
        }
    }

    static void change(Ignite ignite, IgniteKvConfig config, String prefix, int from, int to) {
        checkStored(config);
        String cacheName = config.cacheNameFor(prefix);
        for (int round = 0; round < ROUNDS; round++) {
            try {
                SizeChange.Step step = SizeChange.next(
                        new SizeChange.View(
                                IgniteInternals.baseline(ignite), ClusterSizes.ask(ignite, SizeTask.read(cacheName))),
                        from,
                        to);
                if (step instanceof SizeChange.Step.Refused refused) {
                    throw refused.reason();
                }
                if (step instanceof SizeChange.Step.Done) {
                    return;
                }
                perform(ignite, cacheName, step, from, to);
            } catch (IgniteException lost) {
                throw unknown(cacheName, from, to, lost);
            }
        }
        throw unknown(cacheName, from, to, null);
    }

    private static void perform(Ignite ignite, String cacheName, SizeChange.Step step, int from, int to) {
        try {
            ClusterSizes.ask(ignite, task(cacheName, step));
        } catch (NotAppliedException broken) {
            // The other nodes may have done it.
            throw unknown(cacheName, from, to, broken);
        }
    }

    private static SizeTask task(String cacheName, SizeChange.Step step) {
        return step instanceof SizeChange.Step.Swap swap
                ? SizeTask.swap(cacheName, swap.now(), swap.next())
                : SizeTask.spread(cacheName, ((SizeChange.Step.Spread) step).size());
    }

    private static OutcomeUnknownException unknown(
            String cacheName, int from, int to, @Nullable RuntimeException cause) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "Not all nodes confirmed the number of expected nodes: call again",
                Map.of("cache", cacheName, "from", from, "to", to),
                cause);
    }
}
