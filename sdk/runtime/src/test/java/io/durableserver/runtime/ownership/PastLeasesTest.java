package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PastLeasesTest {
    private static final Session ME = new Session("me", "now");

    private final ManualScheduler time = new ManualScheduler();
    private final Told told = new Told();
    private final MemoryBackend backend = new MemoryBackend();
    private final StoreKeys keys = new StoreKeys("t/");
    private final Store store =
            new Store(backend, time, Duration.ofSeconds(10), Duration.ofSeconds(5), Facts.onlyLogged());
    private final PastLeases past = new PastLeases(backend, store, keys, ME, Duration.ofSeconds(5), told.facts());

    private String lease(Session session, boolean gone) {
        String key = keys.lease(session);
        backend.overwrite(key, LeaseFormat.encode(new LeaseRecord(session, 3, "there", gone, 0)));
        return key;
    }

    private void remove() {
        assertThat(past.remove().toCompletableFuture()).isCompleted();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tells({NodeEvent.PastLeasesRemoved.class, NodeEvent.PastLeaseLeft.class})
    void onlyLeasesOfThisNodeThatAreOverAreRemoved(boolean listsRecords) {
        backend.listsRecords(listsRecords);
        String over = lease(new Session("me", "before"), true);
        String silent = lease(new Session("me", "crashed"), false);
        String other = lease(new Session("you", "before"), true);
        String own = lease(ME, true);
        String foreign = keys.leases("me") + "foreign";
        backend.overwrite(foreign, "not ours".getBytes(StandardCharsets.UTF_8));
        remove();
        assertThat(backend.read(over)).isEmpty();
        assertThat(told.first(NodeEvent.PastLeasesRemoved.class).count()).isEqualTo(1);
        assertThat(told.first(NodeEvent.PastLeaseLeft.class).code())
                .isSameAs(ErrorCode.of(NotAppliedException.Reason.RECORD_FOREIGN));
        for (String kept : new String[] {silent, other, own, foreign}) {
            assertThat(backend.read(kept)).as(kept).isPresent();
        }
    }

    @Test
    void aLeaseThatIsListedWithItsRecordIsNotRead() {
        backend.listsRecords(true);
        String over = lease(new Session("me", "before"), true);
        String silent = lease(new Session("me", "crashed"), false);
        remove();
        assertThat(backend.read(over)).isEmpty();
        assertThat(backend.read(silent)).isPresent();
        assertThat(backend.reads()).isZero();
    }

    /** The store key of a node's leases does not tell a slash from an underscore. */
    @Test
    void aNodeWithTheSameStoreKeysIsAnotherNode() {
        Session slash = new Session("a/b", "before");
        String key = lease(slash, true);
        PastLeases mine = new PastLeases(
                backend, store, keys, new Session("a_b", "now"), Duration.ofSeconds(5), Facts.onlyLogged());
        assertThat(mine.remove().toCompletableFuture()).isCompleted();
        assertThat(backend.read(key)).isPresent();
    }

    @Test
    void aStoreThatRefusesIsNoHarm() {
        String over = lease(new Session("me", "before"), true);
        backend.fault(Fault.REFUSED, key -> true);
        remove();
        assertThat(backend.read(over)).isPresent();
        backend.fault(Fault.NONE, key -> true);
        backend.readable(false);
        remove();
        assertThat(backend.read(over)).isPresent();
    }

    @Test
    void manyAreRemovedPageByPage() {
        for (int i = 0; i < 250; i++) {
            lease(new Session("me", "before-" + i), true);
        }
        remove();
        for (int i = 0; i < 250; i++) {
            assertThat(backend.read(keys.lease(new Session("me", "before-" + i))))
                    .isEmpty();
        }
    }
}
