package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.Lies.Liar;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Something between shows other bytes under the version a record has, as where it loses how a body is packed. */
final class RolloutGarbledTest extends RolloutFixture {
    private static final byte[] GARBLED = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0};

    private int lies;

    private Open backfilled() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        world.sourceLies.liar = new Liar() {
            @Override
            public ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
                return key.equals(KEY) && truth instanceof ReadResult.Found found && lies-- > 0
                        ? new ReadResult.Found(GARBLED.clone(), found.version())
                        : truth;
            }
        };
        return one;
    }

    private void targetHas(long count) {
        assertThat(in(world.target, KEY))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(Samples.count(found.record())).isEqualTo(count));
    }

    @Test
    void aRecordThatIsShownGarbledAllTheTimeStopsTheCutOverAndStays() {
        Open one = backfilled();
        lies = Integer.MAX_VALUE;
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT)))
                .isInstanceOfSatisfying(Handover.Refused.class, refused -> {
                    assertThat(refused.why()).isEqualTo(Handover.Reason.DIVERGENCE);
                    assertThat(refused.verified().orElseThrow().failed()).isOne();
                });
        targetHas(1);
        lies = 0;
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
        targetHas(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 12})
    void aRecordThatIsShownGarbledForAWhileStays(int answers) {
        Open one = backfilled();
        lies = answers;
        Handover end = world.await(one.rollout().cutOver(Pace.DEFAULT));
        targetHas(1);
        assertThat(end instanceof Handover.Done || answers > 6).as("%s", end).isTrue();
    }

    @Test
    void aWriteReachesTheMirrorWhateverIsShownMeanwhile() {
        Open one = backfilled();
        lies = 4;
        ReadResult.Found found = (ReadResult.Found) in(world.source, KEY);
        Version shown = new Version("s:" + found.version().token());
        stored(world.await(one.backend().replace(KEY, Samples.server(1, 2, 2, "n"), shown, TIMEOUT)));
        world.run(Duration.ofSeconds(30));
        targetHas(2);
    }

    @Test
    void anOperatorMayDecideThatTheAuthorityIsRight() {
        Open one = backfilled();
        lies = Integer.MAX_VALUE;
        assertThat(world.await(one.rollout().repair(Repair.EXPLAINED, Pace.DEFAULT))
                        .failed())
                .isOne();
        targetHas(1);
        assertThat(world.await(one.rollout().repair(Repair.AUTHORITY_WINS, Pace.DEFAULT))
                        .repaired())
                .isOne();
        assertThat(in(world.target, KEY))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        shown -> assertThat(shown.record()).isEqualTo(GARBLED));
    }
}
