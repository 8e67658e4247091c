package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.sync.Output;
import java.util.Map;

/** What a turn sends to others leaves, like its reply, only while the lease holds (P4). */
record LeasedOutput(NodeScope node, String key, Output output) implements Output {
    @Override
    public void emit() {
        if (node.mayServe()) {
            output.emit();
        } else {
            output.fail(new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.OWNER_LOST,
                    "The owner's lease ran out before the message left",
                    Map.of("key", key)));
        }
    }

    @Override
    public void fail(DurableServerException error) {
        output.fail(error);
    }
}
