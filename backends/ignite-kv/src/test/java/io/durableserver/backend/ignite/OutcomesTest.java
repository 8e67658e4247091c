package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import java.util.List;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessorException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.CachePartialUpdateException;
import org.apache.ignite.cluster.ClusterTopologyException;
import org.apache.ignite.internal.cluster.ClusterTopologyServerNotFoundException;
import org.apache.ignite.internal.processors.cache.CacheInvalidStateException;
import org.apache.ignite.internal.processors.cache.CachePartialUpdateCheckedException;
import org.apache.ignite.internal.processors.cache.distributed.dht.IgniteClusterReadOnlyException;
import org.junit.jupiter.api.Test;

final class OutcomesTest {
    private final Outcomes outcomes = new Outcomes("cache");

    @Test
    void refusalsBeforeAnythingIsSentAreNotApplied() {
        for (Exception cause : List.of(
                new CacheInvalidStateException("no quorum"),
                new IgniteClusterReadOnlyException(),
                new ClusterTopologyServerNotFoundException("no owners"))) {
            assertThat(outcomes.failedWrite(new CacheException(cause)))
                    .isInstanceOfSatisfying(
                            WriteResult.NotApplied.class,
                            result -> assertThat(result.retryable()).isTrue());
        }
    }

    @Test
    void aFailedPrimaryLeavesTheOutcomeUnknownWhateverElseIsSaid() {
        var partial = new CachePartialUpdateCheckedException("failed");
        partial.addSuppressed(new ClusterTopologyServerNotFoundException("left"));
        assertThat(outcomes.failedWrite(new CachePartialUpdateException(partial)))
                .isInstanceOf(WriteResult.Unknown.class);
        assertThat(outcomes.failedWrite(new CacheException(new ClusterTopologyException("left"))))
                .isInstanceOf(WriteResult.Unknown.class);
    }

    @Test
    void whatIsNotKnownForSureIsUnknown() {
        assertThat(outcomes.failedWrite(new IgniteException("?"))).isInstanceOf(WriteResult.Unknown.class);
        assertThat(outcomes.failedWrite(new IllegalStateException("stopped"))).isInstanceOf(WriteResult.Unknown.class);
        assertThat(outcomes.thrownWrite(new IgniteException("?"))).isInstanceOf(WriteResult.Unknown.class);
    }

    @Test
    void aClosedDoorIsNotApplied() {
        assertThat(outcomes.thrownWrite(new IllegalStateException("cache is stopped")))
                .isInstanceOf(WriteResult.NotApplied.class);
    }

    @Test
    void aDecisionThatCouldNotRunIsNotAppliedForGood() {
        assertThat(outcomes.failedWrite(new EntryProcessorException("no such class")))
                .isInstanceOfSatisfying(
                        WriteResult.NotApplied.class,
                        result -> assertThat(result.retryable()).isFalse());
    }

    @Test
    void aFailedReadIsNeverAnAbsentRecord() {
        assertThat(outcomes.failedRead(new CacheException("?"))).isInstanceOf(ReadResult.Failed.class);
    }
}
