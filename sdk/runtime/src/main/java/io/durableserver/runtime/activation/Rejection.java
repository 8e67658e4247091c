package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.RejectedException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.sync.Output;
import java.util.Map;

/**
 * The refusal of a turn. It tells of the state it was decided on, so it leaves as a reply does: after that state is stored (P3)
 * and only while the lease holds (P4). Nothing of its turn was applied, whatever happens to it.
 */
record Rejection(NodeScope node, String key, ReplySink sink, RejectedException answer) implements Output {
    @Override
    public void emit() {
        sink.failure(
                node.mayServe()
                        ? answer
                        : new NotAppliedException(
                                Reason.FENCED,
                                "The owner's lease ran out before the refusal left",
                                Map.of("key", key)));
    }

    @Override
    public void fail(DurableServerException error) {
        sink.failure(
                error instanceof NotAppliedException
                        ? error
                        : new NotAppliedException(
                                Reason.STOPPED,
                                "The server stopped before the state it refused on was stored",
                                Map.of("key", key),
                                error));
    }
}
