package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.type.Slot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a turn. Leaves only while the lease holds: a node that was cut off or frozen must not answer from memory
 * that another node may have left behind (P4).
 */
record ReplyOutput(
        NodeScope node,
        String key,
        ReplySink sink,
        Slot slot,
        @Nullable Object value) implements Output {
    /** Made in the turn, where code of the application may run. */
    ReplyOutput {
        value = sink.prepared(value, slot);
    }

    @Override
    public void emit() {
        if (node.mayServe()) {
            sink.success(value, slot);
        } else {
            sink.failure(new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.OWNER_LOST,
                    "The owner's lease ran out before the reply left",
                    Map.of("key", key)));
        }
    }

    @Override
    public void fail(DurableServerException error) {
        sink.failure(error);
    }
}
