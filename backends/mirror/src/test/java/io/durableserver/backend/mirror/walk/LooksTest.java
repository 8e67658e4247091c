package io.durableserver.backend.mirror.walk;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.Samples;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport.Kind;
import io.durableserver.backend.mirror.walk.Looks.Verdict;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LooksTest {
    private static final ReadResult ABSENT = new ReadResult.Absent();

    private static ReadResult record(String version, long writes) {
        return new ReadResult.Found(Samples.server(1, writes, writes, "n"), new Version(version));
    }

    private static Looks listedBy(Side lister, String version) {
        return new Looks(RecordOrder.durableRecords(), Side.SOURCE, lister, new Version(version));
    }

    @Test
    void equalRecordsOfTheListedVersionNeedOneLook() {
        assertThat(listedBy(Side.SOURCE, "s1").onLook(record("t1", 1), record("s1", 1)))
                .isInstanceOf(Verdict.Equal.class);
        assertThat(listedBy(Side.TARGET, "t1").onLook(record("t1", 1), record("s1", 1)))
                .isInstanceOf(Verdict.Equal.class);
    }

    @Test
    void anOldReadingThatEqualsTheMirrorIsNotTheVerdict() {
        Looks looks = listedBy(Side.SOURCE, "s2");
        assertThat(looks.onLook(record("t1", 1), record("s1", 1))).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(record("t1", 1), record("s2", 2))).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(record("t1", 1), record("s2", 2)))
                .isEqualTo(new Verdict.Differs(Kind.DIFFERENT, Optional.of(new Version("s2"))));
    }

    @Test
    void aRecordThatIsMissingAtOneLookIsNotMissing() {
        Looks looks = listedBy(Side.SOURCE, "s1");
        assertThat(looks.onLook(ABSENT, record("s1", 1))).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(record("t1", 1), record("s1", 1))).isInstanceOf(Verdict.Equal.class);
    }

    @Test
    void aRecordThatIsMissingAtTwoLooksIs() {
        Looks looks = listedBy(Side.SOURCE, "s1");
        looks.onLook(ABSENT, record("s1", 1));
        assertThat(looks.onLook(ABSENT, record("s1", 1)))
                .isEqualTo(new Verdict.Differs(Kind.MISSING, Optional.of(new Version("s1"))));
    }

    /** Between the looks the key was removed, and began a new life. */
    @Test
    void anAbsenceBeforeTheMirrorsRecordBeganSaysNothingOfIt() {
        for (Side lister : Side.values()) {
            Looks looks = listedBy(lister, "t1");
            assertThat(looks.onLook(record("t1", 1), ABSENT)).isInstanceOf(Verdict.Again.class);
            assertThat(looks.onLook(record("t2", 1), ABSENT)).isInstanceOf(Verdict.Again.class);
            assertThat(looks.onLook(record("t2", 1), ABSENT))
                    .isEqualTo(new Verdict.Gone(Optional.of(new Version("t2"))));
        }
    }

    @Test
    void aRecordTheAuthorityDoesNotShowTwiceIsAQuestionForItsListing() {
        Looks listed = listedBy(Side.SOURCE, "s1");
        assertThat(listed.onLook(record("t1", 1), ABSENT)).isInstanceOf(Verdict.Again.class);
        assertThat(listed.onLook(record("t1", 1), ABSENT)).isInstanceOf(Verdict.Gone.class);
        Looks neither = listedBy(Side.SOURCE, "s1");
        neither.onLook(ABSENT, ABSENT);
        assertThat(neither.onLook(ABSENT, ABSENT)).isInstanceOf(Verdict.Gone.class);
        Looks extra = listedBy(Side.TARGET, "t1");
        extra.onLook(record("t1", 1), ABSENT);
        assertThat(extra.onLook(record("t1", 1), ABSENT)).isInstanceOf(Verdict.Gone.class);
    }

    @Test
    void aRecordThatMovesAllTheTimeIsFollowed() {
        Looks looks = listedBy(Side.SOURCE, "s0");
        looks.onLook(record("t1", 1), record("s3", 3));
        assertThat(looks.onLook(record("t4", 4), record("s6", 6))).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(record("t7", 7), record("s9", 9))).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(record("t9", 9), record("s12", 12))).isInstanceOf(Verdict.Equal.class);
    }

    @Test
    void aNewerMirrorIsTold() {
        Looks looks = listedBy(Side.SOURCE, "s1");
        looks.onLook(record("t9", 9), record("s1", 1));
        assertThat(looks.onLook(record("t9", 9), record("s1", 1)))
                .isEqualTo(new Verdict.Differs(Kind.AHEAD, Optional.of(new Version("s1"))));
    }

    @Test
    void threeFailedLooksAreAFailure() {
        Looks looks = listedBy(Side.SOURCE, "s1");
        ReadResult failed = new ReadResult.Failed(true, new IllegalStateException("down"));
        assertThat(looks.onLook(failed, record("s1", 1))).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(record("t1", 1), failed)).isInstanceOf(Verdict.Again.class);
        assertThat(looks.onLook(failed, failed)).isEqualTo(new Verdict.Differs(Kind.FAILED, Optional.empty()));
    }

    @Test
    void aKeyThatNeverStandsStillIsLeftToThoseWhoMoveIt() {
        Looks looks = listedBy(Side.SOURCE, "s0");
        Verdict verdict = new Verdict.Again();
        int count = 0;
        while (verdict instanceof Verdict.Again) {
            count++;
            verdict = count % 2 == 0
                    ? looks.onLook(record("t" + count, 1), ABSENT)
                    : looks.onLook(ABSENT, record("s" + count, count));
        }
        assertThat(count).isEqualTo(6);
        assertThat(verdict).isInstanceOf(Verdict.Equal.class);
    }
}
