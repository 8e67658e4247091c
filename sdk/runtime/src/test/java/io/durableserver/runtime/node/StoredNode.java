package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerInfo;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.testing.MemoryBackend;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A node that can be started again on what it stored. */
@Timeout(60)
abstract class StoredNode {
    static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    final MemoryBackend backend = new MemoryBackend();
    final Probe.Script script = new Probe.Script();
    final ServerType<State> type = Probe.type(script);
    LoneNode node = LoneNode.start(backend, type);

    @AfterEach
    void close() {
        node.close();
    }

    ServerType<State> restart(Probe.Script changed, int version) {
        node.close();
        ServerType<State> next = Probe.type(changed).version(version);
        node = LoneNode.start(backend, next);
        return next;
    }

    ServerRef start() {
        return node.servers.ensureStarted(type, "k", new State(1));
    }

    ServerInfo info() {
        return node.servers.admin().info("k").orElseThrow();
    }

    static Reason reason(ThrowingCallable call) {
        return catchThrowableOfType(NotAppliedException.class, call).reason();
    }

    static Ask stop(StopReason why) {
        return new Ask(
                (state, self) -> Next.reply("bye", new State(state.n() + 1)).thenStop(why));
    }
}
