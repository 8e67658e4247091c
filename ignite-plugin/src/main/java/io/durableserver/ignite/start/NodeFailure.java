package io.durableserver.ignite.start;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.disk.DiskTrouble;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.failure.FailureContext;
import org.apache.ignite.failure.FailureHandler;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.failure.StopNodeOrHaltFailureHandler;
import org.jspecify.annotations.Nullable;

/**
 * What a critical failure of Ignite (a full disk, a broken page, the end of one of its threads) does to an embedded node: its
 * servers are fenced and the node is stopped, beside the thread that failed, which may hold what the stop waits for. The
 * application's process lives. Only a JVM without memory is halted, as Ignite does: nothing that runs in it can be trusted.
 */
public final class NodeFailure extends StopNodeFailureHandler {
    private static final int DEEPEST_CAUSE = 50;

    private final EmbeddedNode node;
    private final BiConsumer<Optional<DiskTrouble>, String> told;
    private final Consumer<RuntimeEvent> facts;
    private final FailureHandler halt;

    /** @param told hears why the node stops, before it does */
    public NodeFailure(
            EmbeddedNode node, BiConsumer<Optional<DiskTrouble>, String> told, Consumer<RuntimeEvent> facts) {
        this(node, told, facts, new StopNodeOrHaltFailureHandler());
    }

    NodeFailure(
            EmbeddedNode node,
            BiConsumer<Optional<DiskTrouble>, String> told,
            Consumer<RuntimeEvent> facts,
            FailureHandler halt) {
        this.node = node;
        this.told = told;
        this.facts = facts;
        this.halt = halt;
    }

    @Override
    public boolean handle(Ignite ignite, FailureContext failure) {
        Throwable error = failure.error();
        if (error != null && isOutOfMemory(error)) {
            facts.accept(new ClusterEvent.MemoryExhausted(node.name(), error));
            return halt.onFailure(ignite, failure);
        }
        Optional<DiskTrouble> disk = DiskTrouble.of(error, node);
        String why = disk.map(DiskTrouble::text)
                .orElseGet(() -> "Ignite had a critical failure: " + (error == null ? failure.type() : first(error)));
        Throwable thrown = error == null ? new IgniteException(String.valueOf(failure.type())) : error;
        facts.accept(new ClusterEvent.NodeFailed(node.name(), why, thrown));
        Daemons.thread("durable-failure-" + node.name(), () -> stop(ignite, failure, disk, why))
                .start();
        return true;
    }

    private void stop(Ignite ignite, FailureContext failure, Optional<DiskTrouble> disk, String why) {
        try {
            told.accept(disk, why);
        } finally {
            // Stops in a thread of its own, which is a daemon because this one is.
            super.handle(ignite, failure);
        }
    }

    private static boolean isOutOfMemory(@Nullable Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** The cause in which it began: what Ignite wraps around it says less. */
    private static Throwable first(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            cause = cause.getCause();
        }
        return cause;
    }
}
