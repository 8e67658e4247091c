package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatcherTest {
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
            "the map");

    @Test
    void oneThatIsInTheSameCallAtTwoLooksIsStuck() {
        during = () -> {
            watcher.look();
            assertThat(watcher.isStuck()).isFalse();
            watcher.look();
            assertThat(watcher.isStuck()).isTrue();
            watcher.look();
            assertThat(watcher.isStuck()).isTrue();
        };
        watcher.changed(List.of());
        watcher.look();
        assertThat(watcher.isStuck()).isFalse();
    }

    @Test
    void oneThatReturnsBetweenLooksIsNotStuck() {
        during = watcher::look;
        watcher.changed(List.of());
        watcher.gap();
        watcher.changed(List.of());
        assertThat(watcher.isStuck()).isFalse();
    }
}
