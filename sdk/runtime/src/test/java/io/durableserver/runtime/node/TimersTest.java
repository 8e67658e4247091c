package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.Registration;
import io.durableserver.ServerRef;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.Note;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The timers of one server are bounded (P7). */
final class TimersTest extends ProbedNode {
    private static final int BOUND = 16;

    private final List<Registration> timers = Collections.synchronizedList(new ArrayList<>());

    private ServerRef bounded() {
        restart(Limits.builder().timers(BOUND).build(), script);
        return ref();
    }

    /** How many more can be set; the error of the one too many is kept. */
    private Ask fill(Duration delay, List<NotAppliedException> refused) {
        return new Ask((state, self) -> {
            int set = 0;
            try {
                while (set < 10 * BOUND) {
                    timers.add(self.ctx().sendAfter(delay, new Note((now, me) -> Next.state(now))));
                    set++;
                }
            } catch (NotAppliedException full) {
                refused.add(full);
            }
            return Next.reply(set, state);
        });
    }

    @Test
    void oneTooManyIsRefusedWithTheOptionAndTheBound() {
        List<NotAppliedException> refused = new ArrayList<>();
        assertThat(bounded().call(fill(Duration.ofHours(1), refused))).isEqualTo(BOUND);
        assertThat(refused).singleElement().satisfies(full -> {
            assertThat(full.reason()).isEqualTo(Reason.OVERLOADED);
            assertThat(full.context())
                    .containsEntry("key", "k")
                    .containsEntry("option", "limits.timers")
                    .containsEntry("value", "17")
                    .containsEntry("bound", "16");
        });
    }

    @Test
    void timersThatWereClosedMakeRoom() {
        ServerRef ref = bounded();
        ref.call(fill(Duration.ofHours(1), new ArrayList<>()));
        timers.get(0).close();
        timers.get(0).close();
        timers.get(5).close();
        assertThat(ref.call(fill(Duration.ofHours(1), new ArrayList<>()))).isEqualTo(2);
    }

    @Test
    void timersThatFiredMakeRoom() {
        ServerRef ref = bounded();
        ref.call(fill(Duration.ofMillis(1), new ArrayList<>()));
        await().until(() ->
                ref.call(fill(Duration.ofHours(1), new ArrayList<>())).equals(BOUND));
    }

    @Test
    void othersHaveTheirOwn() {
        ServerRef ref = bounded();
        ref.call(fill(Duration.ofHours(1), new ArrayList<>()));
        assertThat(ref("other").call(fill(Duration.ofHours(1), new ArrayList<>())))
                .isEqualTo(BOUND);
    }
}
