package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A whole node with one probe, as its tests need it. */
@Timeout(60)
abstract class ProbedNode {
    static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    final Probe.Script script = new Probe.Script();
    LoneNode node = LoneNode.start(Probe.type(script));

    @AfterEach
    void close() {
        node.close();
    }

    void restart(Limits limits, Probe.Script changed) {
        node.close();
        node = LoneNode.start(limits, Probe.type(changed));
    }

    ServerRef ref() {
        return ref("k");
    }

    ServerRef ref(String key) {
        return node.servers.ensureStarted(Probe.type(script), key, new State(0));
    }

    static Ask set(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)));
    }

    static Ask setSynced(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)).sync());
    }

    long writes() {
        return node.servers.admin().info("k").orElseThrow().writes();
    }

    static NotAppliedException notApplied(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(NotAppliedException.class, call);
    }
}
