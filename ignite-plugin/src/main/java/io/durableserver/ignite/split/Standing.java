package io.durableserver.ignite.split;

import io.durableserver.ignite.around.Outskirts;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;

/** The standing of a node when an operator gives up one side of a split: the shell of its {@link SideVote}. Thread-safe. */
public final class Standing {
    private static final String LOCAL = "durableserver.standing";
    private static final Duration PROMISE = Duration.ofSeconds(60);

    private final Ignite ignite;
    private final Outskirts outskirts;
    private final SideOwner owner;
    private final TimeSource time;
    private final Consumer<RuntimeEvent> facts;
    private final SideVote vote = new SideVote(PROMISE.toNanos());

    private Standing(
            Ignite ignite, Outskirts outskirts, SideOwner owner, TimeSource time, Consumer<RuntimeEvent> facts) {
        this.ignite = ignite;
        this.outskirts = outskirts;
        this.owner = owner;
        this.time = time;
        this.facts = facts;
    }

    /** Makes a node that has joined answer to calls that give up a side, until its Ignite has stopped. */
    public static Standing take(
            Ignite ignite, Outskirts outskirts, SideOwner owner, TimeSource time, Consumer<RuntimeEvent> facts) {
        Standing standing = new Standing(ignite, outskirts, owner, time, facts);
        local(ignite).put(LOCAL, standing);
        return standing;
    }

    /** The standing of the node a task runs on; empty before it has joined, and where it has no durable servers. */
    static Optional<Standing> of(Ignite ignite) {
        return Optional.ofNullable(local(ignite).get(LOCAL));
    }

    private static ConcurrentMap<String, Standing> local(Ignite ignite) {
        return ignite.cluster().nodeLocalMap();
    }

    Outskirts outskirts() {
        return outskirts;
    }

    /** The names of the server nodes of a cluster. */
    public static List<String> names(Ignite ignite) {
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
                        owner.staysBecause().orElse(null)),
                time.nanoTime());
    }

    /** Gives up what the node has stored, for good, also when its process is killed the next moment. */
    String go(String call, Collection<String> names, KeptSide kept) {
        String no = vote.go(call, time.nanoTime());
        if (!no.isEmpty()) {
            return no;
        }
        try {
            owner.giveUp(kept);
            facts.accept(new ClusterEvent.SideGivenUp(
                    self(), names.toString(), kept.nodes().toString()));
            return "";
        } catch (RuntimeException failure) {
            vote.stay(call);
            facts.accept(new ClusterEvent.SideNotGivenUp(self(), failure));
            return String.valueOf(failure.getMessage());
        }
    }

    String release(String call) {
        vote.release(call);
        return "";
    }
}
