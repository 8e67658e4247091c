package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.spi.Backend.Change;
import io.durableserver.spi.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Watching changes, where the store can. */
interface WatchChapter extends BackendFixture {
    @Test
    default void aWatchReportsTheChangesOfItsPrefixInOrder() throws InterruptedException {
        Assumptions.assumeTrue(backend().canWatch(), "this backend cannot watch");
        BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
        String key = key("in/record");
        Registration watch = another().watch(key("in/"), changes::add);
        try {
            created(key("out/record"), bytes("one"));
            Version first = created(key, bytes("one"));
            Version second = stored(replace(key, bytes("two"), first));
            stored(delete(key, second));
            assertThat(next(changes, 3))
                    .containsExactly(
                            new Change(key, Optional.of(first)),
                            new Change(key, Optional.of(second)),
                            new Change(key, Optional.empty()));
        } finally {
            watch.close();
        }
    }

    @Test
    default void aClosedWatchReportsNothingMore() throws InterruptedException {
        Assumptions.assumeTrue(backend().canWatch(), "this backend cannot watch");
        BlockingQueue<Change> closed = new LinkedBlockingQueue<>();
        BlockingQueue<Change> open = new LinkedBlockingQueue<>();
        Registration watch = backend().watch(key(""), closed::add);
        Registration other = backend().watch(key(""), open::add);
        try {
            Version first = created(key("record"), bytes("one"));
            assertThat(next(closed, 1)).containsExactly(new Change(key("record"), Optional.of(first)));
            watch.close();
            watch.close();
            stored(replace(key("record"), bytes("two"), first));
            assertThat(next(open, 2)).hasSize(2);
            assertThat(closed).isEmpty();
        } finally {
            other.close();
        }
    }

    private static List<Change> next(BlockingQueue<Change> changes, int count) throws InterruptedException {
        List<Change> taken = new ArrayList<>();
        while (taken.size() < count) {
            Change change = changes.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(change).as("change %d of %d", taken.size() + 1, count).isNotNull();
            taken.add(change);
        }
        return taken;
    }
}
