package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.CopySteps.Step;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class CopyStepsTest {
    private static final Version MIRROR = new Version("m");
    private static final Version AUTHORITY = new Version("a");

    private static ReadResult found(byte[] record, Version version) {
        return new ReadResult.Found(record, version);
    }

    private static CopySteps steps(boolean force) {
        return new CopySteps(RecordOrder.durableRecords(), force);
    }

    private static Step copy(CopySteps steps, ReadResult mirror, ReadResult authority) {
        assertThat(steps.begin()).isInstanceOf(Step.ReadMirror.class);
        assertThat(steps.onMirror(mirror)).isInstanceOf(Step.ReadAuthority.class);
        return steps.onAuthority(authority);
    }

    @Test
    void anOlderMirrorIsReplacedUnderTheVersionReadBefore() {
        Step step = copy(
                steps(false),
                found(Samples.server(1, 4, 0, "n"), MIRROR),
                found(Samples.server(2, 1, 0, "n"), AUTHORITY));
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Replace.class,
                        replace -> assertThat(replace.expected()).isEqualTo(MIRROR));
    }

    @Test
    void aNewerEpochIsNeverOverwritten() {
        ReadResult newer = found(Samples.server(3, 1, 0, "n"), MIRROR);
        ReadResult older = found(Samples.server(2, 900, 0, "n"), AUTHORITY);
        assertThat(copy(steps(false), newer, older)).isEqualTo(new Step.Done(new Copied.Ahead()));
        assertThat(copy(steps(true), newer, older)).isInstanceOf(Step.Replace.class);
    }

    @Test
    void aNewerWriteOfTheSameEpochIsNeverOverwritten() {
        assertThat(copy(
                        steps(false),
                        found(Samples.server(2, 8, 0, "n"), MIRROR),
                        found(Samples.server(2, 7, 0, "n"), AUTHORITY)))
                .isEqualTo(new Step.Done(new Copied.Ahead()));
    }

    @Test
    void afterATombstoneANewLifeMayFollow() {
        Step step = copy(
                steps(false),
                found(Samples.server("deleting", 9, 9, 0, "n"), MIRROR),
                found(Samples.server(1, 1, 0, "n"), AUTHORITY));
        assertThat(step).isInstanceOf(Step.Replace.class);
    }

    @Test
    void bytesWithoutAnOrderAreTheAuthoritysToDecide() {
        Step step = copy(
                steps(false),
                found("zzz".getBytes(StandardCharsets.UTF_8), MIRROR),
                found("aaa".getBytes(StandardCharsets.UTF_8), AUTHORITY));
        assertThat(step).isInstanceOf(Step.Replace.class);
    }

    @Test
    void aRecordOnlyTheMirrorHasIsRemovedUnderItsVersion() {
        assertThat(copy(steps(false), found(Samples.server(1, 1, 0, "n"), MIRROR), new ReadResult.Absent()))
                .isEqualTo(new Step.Delete(MIRROR));
    }

    @Test
    void aCreatedRecordIsTakenBackWhenItIsNotWantedAnyMore() {
        CopySteps steps = steps(false);
        Step create = copy(steps, new ReadResult.Absent(), found(Samples.server(1, 1, 0, "n"), AUTHORITY));
        assertThat(create).isInstanceOf(Step.Create.class);
        Version mine = new Version("mine");
        assertThat(steps.onCreate(new WriteResult.Stored(mine))).isInstanceOf(Step.ReadAuthority.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isEqualTo(new Step.TakeBack(mine));
    }

    @Test
    void aLostRaceLooksAgainAndIsBusyInTheEnd() {
        CopySteps steps = steps(false);
        Step step = steps.begin();
        while (!(step instanceof Step.Done)) {
            steps.onMirror(found(Samples.server(1, 1, 0, "n"), MIRROR));
            steps.onAuthority(found(Samples.server(1, 2, 0, "n"), AUTHORITY));
            step = steps.onReplace(new WriteResult.Conflict());
        }
        assertThat(step).isEqualTo(new Step.Done(new Copied.Busy()));
    }

    @Test
    void aReadThatFailsIsNeverTakenForAnAbsentRecord() {
        CopySteps steps = steps(false);
        steps.begin();
        steps.onMirror(found(Samples.server(1, 1, 0, "n"), MIRROR));
        assertThat(steps.onAuthority(new ReadResult.Failed(true, new IllegalStateException("down"))))
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(Copied.Failed.class));
    }
}
