package io.durableserver.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeEvents.Fact;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostFactsTest {
    private static final Session ME = new Session("n", "1");
    private static final NodeGauges GAUGES = new NodeGauges() {
        @Override
        public String prefix() {
            return "t/";
        }

        @Override
        public Session session() {
            return ME;
        }

        @Override
        public String store() {
            return "none";
        }

        @Override
        public List<String> types() {
            return List.of();
        }

        @Override
        public Snapshot read() {
            return Snapshot.nothing(List.of());
        }
    };

    private final ManualScheduler time = new ManualScheduler();
    private final HostFacts host = new HostFacts(time);
    private final List<Fact> heard = new ArrayList<>();

    private Facts runtime(RuntimeEvents listener) {
        return new Facts("t/", ME, time, Runnable::run, Runnable::run, List.of(listener), host);
    }

    private Facts open() {
        Facts runtime = runtime(heard::add);
        runtime.open(GAUGES, () -> {});
        return runtime;
    }

    private List<RuntimeEvent> events() {
        return heard.stream().map(Fact::event).toList();
    }

    private static RuntimeEvent joined(int n) {
        return new NodeEvent.MemberJoined(new Session("n" + n, "i"));
    }

    @Test
    void whatHappensBeforeARuntimeIsHeardByTheNextOneWithItsTime() {
        long before = time.wallMillis();
        host.tell(joined(0));
        time.advance(Duration.ofSeconds(5));
        Facts runtime = runtime(heard::add);
        assertThat(heard).as("nothing before the listener is installed").isEmpty();
        runtime.open(GAUGES, () -> {});
        assertThat(events()).containsExactly(joined(0));
        assertThat(heard.get(0).wallMillis()).isEqualTo(before);
        assertThat(heard.get(0).node()).isEqualTo(ME);
    }

    @Test
    void eachOpenRuntimeHearsWhatHappensBesideIt() {
        Facts one = open();
        List<Fact> other = new ArrayList<>();
        runtime(other::add).open(GAUGES, () -> {});
        host.tell(joined(0));
        assertThat(events()).containsExactly(joined(0));
        assertThat(other).extracting(Fact::event).containsExactly(joined(0));
        one.close();
        host.tell(joined(1));
        assertThat(events()).containsExactly(joined(0));
        assertThat(other).hasSize(2);
    }

    @Test
    void betweenTwoRuntimesFactsWaitForTheSecond() {
        open().close();
        host.tell(joined(0));
        assertThat(heard).isEmpty();
        open();
        host.tell(joined(1));
        assertThat(events()).containsExactly(joined(0), joined(1));
        List<Fact> late = new ArrayList<>();
        runtime(late::add).open(GAUGES, () -> {});
        assertThat(late).as("told once").isEmpty();
    }

    @Test
    void whatFindsNoRoomIsCountedAndTold() {
        IntStream.range(0, HostFacts.ROOM).forEach(n -> host.tell(joined(n)));
        host.tell(new NodeEvent.LeaseRanOut(ME));
        host.tell(new NodeEvent.ReplyDropped("k", ME));
        open();
        assertThat(heard).hasSize(HostFacts.ROOM + 1);
        assertThat(events().get(HostFacts.ROOM)).isInstanceOfSatisfying(NodeEvent.ListenerBehind.class, behind -> {
            assertThat(behind.missed()).isEqualTo(2);
            assertThat(behind.errors()).isEqualTo(1);
            assertThat(behind.warnings()).isEqualTo(1);
        });
    }
}
