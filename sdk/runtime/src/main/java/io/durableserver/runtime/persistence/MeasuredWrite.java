package io.durableserver.runtime.persistence;

import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.spi.RuntimeHooks.SyncResult;
import org.jspecify.annotations.Nullable;

/** A write of a state, for those who listen to the hot path. */
record MeasuredWrite(ServerState<?> server, HotPath hot, long turns, int bytes, long beganNanos) {
    /** One that begins; null when nobody listens. */
    static @Nullable MeasuredWrite begin(ServerState<?> server, byte[] state) {
        HotPath hot = server.node.facts().hot();
        return hot == null
                ? null
                : new MeasuredWrite(
                        server,
                        hot,
                        server.durability.coveredTurns(),
                        state.length,
                        server.node.time().nanoTime());
    }

    void ended(Outcome outcome) {
        SyncResult result = outcome instanceof Outcome.Stored
                ? SyncResult.STORED
                : outcome instanceof Outcome.Conflict
                        ? SyncResult.CONFLICT
                        : outcome instanceof Outcome.NotApplied ? SyncResult.NOT_APPLIED : SyncResult.UNKNOWN;
        hot.syncEnded(
                server.type.index(), result, turns, bytes, server.node.time().nanoTime() - beganNanos);
    }
}
