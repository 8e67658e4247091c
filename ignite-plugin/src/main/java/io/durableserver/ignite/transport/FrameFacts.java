package io.durableserver.ignite.transport;

import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Throttle;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;

/** What went wrong with the messages of a node. Thread-safe. */
final class FrameFacts {
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final String node;
    private final TimeSource time;
    private final Consumer<RuntimeEvent> facts;
    private final Throttle.PerKey throttle = new Throttle.PerKey(PAUSE);

    FrameFacts(String node, TimeSource time, Consumer<RuntimeEvent> facts) {
        this.node = node;
        this.time = time;
        this.facts = facts;
    }

    /** Messages from or to a member were lost. */
    void lost(String member, String problem) {
        if (throttle.allows(member, time.nanoTime())) {
            facts.accept(new ClusterEvent.MessagesLost(node, member, problem));
        }
    }

    /** What takes messages threw, which it must not. */
    void failed(Throwable defect) {
        facts.accept(new NodeEvent.Defect("a message that came could not be taken", defect));
    }
}
