package io.durableserver.ignite;

import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.ignite.Ignite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a node stands when an operator gives up one side of a split: the shell of its {@link SideVote}. Thread-safe. */
final class Standing {
    private static final Logger LOG = LoggerFactory.getLogger(Standing.class);
    private static final Duration PROMISE = Duration.ofSeconds(60);

    private final Ignite ignite;
    private final Outskirts outskirts;
    private final NodeWatch watch;
    private final TimeSource time;
    private final SideVote vote = new SideVote(PROMISE.toNanos());

    Standing(Ignite ignite, Outskirts outskirts, NodeWatch watch, TimeSource time) {
        this.ignite = ignite;
        this.outskirts = outskirts;
        this.watch = watch;
        this.time = time;
    }

    Outskirts outskirts() {
        return outskirts;
    }

    /** The names of the server nodes of a cluster. */
    static List<String> names(Ignite ignite) {
        return ignite.cluster().forServers().nodes().stream()
                .map(node -> String.valueOf(node.consistentId()))
                .sorted()
                .toList();
    }

    private String self() {
        return String.valueOf(ignite.cluster().localNode().consistentId());
    }

    String keep(String call) {
        return vote.keep(call, time.nanoTime());
    }

    String giveUp(String call, Collection<String> names, Collection<String> clusters) {
        return vote.giveUp(
                call,
                names,
                clusters,
                new SideVote.Asked(
                        self(),
                        names(ignite),
                        outskirts.clusters(),
                        watch.staysBecause().orElse(null)),
                time.nanoTime());
    }

    /** From here on the node gives up what it has stored, also when its process is killed the next moment. */
    String go(String call, Collection<String> names, KeptSide kept) {
        String no = vote.go(call, time.nanoTime());
        if (!no.isEmpty()) {
            return no;
        }
        try {
            LOG.warn("An operator gave up the side of nodes {}: {} leaves, and joins {}", names, self(), kept);
            watch.giveUp(kept);
            return "";
        } catch (RuntimeException failure) {
            vote.stay(call);
            LOG.error("{} cannot give up its side", self(), failure);
            return String.valueOf(failure.getMessage());
        }
    }

    String release(String call) {
        vote.release(call);
        return "";
    }
}
