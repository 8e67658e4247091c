package io.durableserver.ignite.split;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import org.apache.ignite.Ignite;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;

/** One question of {@link SideLoss} to one node: answered with why not, and empty for yes. Field names are part of the wire form. */
final class SideTask implements IgniteCallable<String> {
    private static final long serialVersionUID = 1L;

    enum Step {
        KEEP,
        GIVE_UP,
        GO,
        RELEASE
    }

    private final String step;
    private final String call;
    private final ArrayList<String> names;
    private final ArrayList<String> clusters;
    private final ArrayList<String> kept;
    private final ArrayList<String> addresses;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    SideTask(Step step, String call, Collection<String> names, Collection<String> clusters, KeptSide kept) {
        this.step = step.name();
        this.call = call;
        this.names = new ArrayList<>(names);
        this.clusters = new ArrayList<>(clusters);
        this.kept = new ArrayList<>(kept.nodes());
        this.addresses = new ArrayList<>(kept.addresses());
    }

    @Override
    public String call() {
        return Standing.of(Objects.requireNonNull(ignite))
                .map(standing -> switch (Step.valueOf(step)) {
                    case KEEP -> standing.keep(call);
                    case GIVE_UP -> standing.giveUp(call, new HashSet<>(names), clusters);
                    case GO -> standing.go(call, names, new KeptSide(kept, addresses));
                    case RELEASE -> standing.release(call);
                })
                .orElseGet(this::stranger);
    }

    /** A server node without durable servers keeps what it has, and cannot be told to leave. */
    private String stranger() {
        return Step.valueOf(step) == Step.KEEP ? "" : "it has no durable servers";
    }

    @Override
    public String toString() {
        return step + " of " + names;
    }
}
