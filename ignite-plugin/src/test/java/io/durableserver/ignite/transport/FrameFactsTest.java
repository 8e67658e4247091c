package io.durableserver.ignite.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of messages that get lost. */
class FrameFactsTest {
    private final List<RuntimeEvent> told = new ArrayList<>();
    private long now;
    private final FrameFacts facts = new FrameFacts(
            "me",
            new TimeSource() {
                @Override
                public long nanoTime() {
                    return now;
                }

                @Override
                public long wallMillis() {
                    return 0;
                }
            },
            told::add);

    @Test
    void lostMessagesAreToldOnceAMinuteForEachMember() {
        facts.lost("a", "one");
        facts.lost("a", "two");
        facts.lost("b", "three");
        now += FrameFacts.PAUSE.toNanos();
        facts.lost("a", "four");
        assertThat(told)
                .containsExactly(
                        new ClusterEvent.MessagesLost("me", "a", "one"),
                        new ClusterEvent.MessagesLost("me", "b", "three"),
                        new ClusterEvent.MessagesLost("me", "a", "four"));
    }

    @Test
    void eachDefectIsTold() {
        IllegalStateException defect = new IllegalStateException("boom");
        facts.failed(defect);
        facts.failed(defect);
        assertThat(told)
                .hasSize(2)
                .allSatisfy(fact -> assertThat(fact)
                        .isInstanceOfSatisfying(
                                NodeEvent.Defect.class,
                                one -> assertThat(one.error()).isSameAs(defect)));
    }
}
