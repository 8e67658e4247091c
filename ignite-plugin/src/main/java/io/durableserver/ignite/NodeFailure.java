package io.durableserver.ignite;

import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.failure.FailureContext;
import org.apache.ignite.failure.FailureHandler;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.failure.StopNodeOrHaltFailureHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a critical failure of Ignite (a full disk, a broken page, the end of one of its threads) does to an embedded node: its
 * servers are fenced and the node is stopped, beside the thread that failed, which may hold what the stop waits for. The
 * application's process lives. Only a JVM without memory is halted, as Ignite does: nothing that runs in it can be trusted.
 */
final class NodeFailure extends StopNodeFailureHandler {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFailure.class);
    private static final int DEEPEST_CAUSE = 50;

    private final String node;
    private final Consumer<String> told;
    private final FailureHandler halt;

    /** @param told hears why the node stops, before it does */
    NodeFailure(String node, Consumer<String> told) {
        this(node, told, new StopNodeOrHaltFailureHandler());
    }

    NodeFailure(String node, Consumer<String> told, FailureHandler halt) {
        this.node = node;
        this.told = told;
        this.halt = halt;
    }

    @Override
    public boolean handle(Ignite ignite, FailureContext failure) {
        Throwable error = failure.error();
        if (isOutOfMemory(error)) {
            LOG.error(
                    "Node {}: the JVM is out of memory and is halted; see -Xmx and -XX:MaxDirectMemorySize",
                    node,
                    error);
            return halt.onFailure(ignite, failure);
        }
        String why = "Ignite had a critical failure: " + (error == null ? failure.type() : first(error));
        LOG.error("Node {} is stopped, and the process lives on. {}", node, why, error);
        Daemons.thread("durable-failure-" + node, () -> stop(ignite, failure, why))
                .start();
        return true;
    }

    private void stop(Ignite ignite, FailureContext failure, String why) {
        try {
            told.accept(why);
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

    /** Where it began: what Ignite wraps around it says less. */
    private static Throwable first(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            cause = cause.getCause();
        }
        return cause;
    }
}
