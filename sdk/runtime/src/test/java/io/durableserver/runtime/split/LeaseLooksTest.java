package io.durableserver.runtime.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import org.junit.jupiter.api.Test;

class LeaseLooksTest {
    private static final Session SESSION = new Session("n1", "a");

    private final LeaseLooks looks = new LeaseLooks(10);

    private Alive lease(long renewals, long now) {
        byte[] bytes = LeaseFormat.encode(new LeaseRecord(SESSION, renewals, "n1", false, 0));
        return saw(new ReadResult.Found(bytes, new Version("v" + renewals)), now);
    }

    private Alive garbage(String version, long now) {
        return saw(new ReadResult.Found(new byte[] {1, 2}, new Version(version)), now);
    }

    private Alive saw(ReadResult result, long now) {
        looks.saw(SESSION, "lease", result, now);
        return looks.of(SESSION);
    }

    @Test
    void aLeaseThatMovesTwiceIsAliveAndOneThatStandsStillIsNot() {
        assertThat(lease(1, 0)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(lease(2, 3)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(lease(3, 6)).isEqualTo(Alive.YES);
        assertThat(lease(3, 15)).isEqualTo(Alive.YES);
        assertThat(lease(3, 16)).isEqualTo(Alive.NO);
        assertThat(lease(4, 17)).isEqualTo(Alive.NOT_KNOWN);
    }

    @Test
    void garbageInPlaceOfALeaseIsNeverAliveAndOverWhenItStandsStill() {
        assertThat(lease(1, 0)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(garbage("x", 1)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(garbage("y", 2)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(garbage("z", 3)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(garbage("z", 12)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(garbage("z", 13)).isEqualTo(Alive.NO);
    }

    @Test
    void aReadThatFailsChangesNothing() {
        assertThat(lease(1, 0)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(lease(2, 1)).isEqualTo(Alive.NOT_KNOWN);
        assertThat(lease(3, 2)).isEqualTo(Alive.YES);
        assertThat(saw(new ReadResult.Failed(true, new IllegalStateException()), 3))
                .isEqualTo(Alive.YES);
        assertThat(saw(new ReadResult.Absent(), 4)).isEqualTo(Alive.NO);
    }
}
