package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatcherTest {
    private final List<RuntimeEvent> told = new ArrayList<>();
    private Runnable during = () -> {};
    private final Watcher watcher = new Watcher(
            new Listener() {
                @Override
                public void changed(List<Change> changes) {
                    during.run();
                }

                @Override
                public void gap() {
                    during.run();
                }
            },
            new Watcher.Watched("a", "the map", "k"),
            told::add);

    @Test
    void oneThatIsInTheSameCallAtTwoLooksIsToldOnceAndAgainWhenItReturned() {
        during = () -> {
            int before = told.size();
            watcher.look();
            assertThat(told).as("at the first look").hasSize(before);
            watcher.look();
            watcher.look();
        };
        ClusterEvent stuck = new ClusterEvent.WatchStuck("a", "the map", "k");
        ClusterEvent returned = new ClusterEvent.WatchReturned("a", "the map", "k");
        watcher.changed(List.of());
        assertThat(told).containsExactly(stuck);
        watcher.look();
        watcher.look();
        assertThat(told).containsExactly(stuck, returned);
        watcher.gap();
        assertThat(told).as("the next call").containsExactly(stuck, returned, stuck);
    }

    @Test
    void oneThatReturnsBetweenLooksIsNotStuck() {
        during = watcher::look;
        watcher.changed(List.of());
        watcher.gap();
        watcher.changed(List.of());
        assertThat(told).isEmpty();
    }

    @Test
    void oneThatIsBehindIsToldByItsNames() {
        watcher.behind();
        assertThat(told).containsExactly(new ClusterEvent.WatchBehind("a", "the map", "k"));
    }
}
