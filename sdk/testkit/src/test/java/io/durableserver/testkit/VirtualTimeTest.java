package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Registration;
import io.durableserver.runtime.jdk.JdkScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rule of {@link TestCluster#advance}, without a cluster. */
class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime(Duration.ofSeconds(20));
    private final VirtualScheduler scheduler = new VirtualScheduler(time, JdkScheduler.create("virtual"));
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        scheduler.close();
    }

    private void note(String what) {
        seen.add(what + "@" + time.nanoTime() / 1_000_000);
    }

    @Test
    void timersRunInOrderAtTheirTimesAlsoThoseThatTimersMake() {
        scheduler.schedule(Duration.ofMillis(30), () -> note("c"));
        scheduler.schedule(Duration.ofMillis(10), () -> {
            note("a");
            scheduler.schedule(Duration.ofMillis(5), () -> note("b"));
            scheduler.schedule(Duration.ofMillis(100), () -> note("too late"));
        });
        time.advance(Duration.ofMillis(50));
        assertThat(seen).containsExactly("a@10", "b@15", "c@30");
        assertThat(time.nanoTime()).isEqualTo(50_000_000);
    }

    @Test
    void timerThatADeadNodeStillMakesDoesNotHoldUpTime() {
        VirtualScheduler dead = new VirtualScheduler(time, JdkScheduler.create("dead"));
        dead.close();
        Registration late = dead.schedule(Duration.ofMillis(10), () -> note("dead"));
        scheduler.schedule(Duration.ofMillis(20), () -> note("alive"));
        time.advance(Duration.ofMillis(20));
        late.close();
        assertThat(seen).containsExactly("alive@20");
    }

    @Test
    void theWorkOfAMomentIsDoneBeforeTheNextBegins() {
        scheduler.schedule(Duration.ofMillis(1), () -> {
            note("timer");
            scheduler
                    .turns()
                    .execute(() -> scheduler
                            .internal()
                            .execute(() -> scheduler.turns().execute(() -> note("end of the chain"))));
        });
        scheduler.schedule(Duration.ofMillis(2), () -> note("next"));
        time.advance(Duration.ofMillis(2));
        assertThat(seen).containsExactly("timer@1", "end of the chain@1", "next@2");
    }

    @Test
    void aTimerThatWasTakenBackDoesNotRunAndNoTimeRunsNone() {
        Registration timer = scheduler.schedule(Duration.ofMillis(1), () -> note("never"));
        scheduler.schedule(Duration.ZERO, () -> note("now"));
        timer.close();
        time.advance(Duration.ZERO);
        time.advance(Duration.ofSeconds(1));
        assertThat(seen).containsExactly("now@0");
    }

    @Test
    void centuriesAreNoProblem() {
        scheduler.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> note("never"));
        time.advance(Duration.ofDays(365 * 200));
        time.advance(Duration.ofMillis(1));
        assertThat(seen).isEmpty();
        assertThatThrownBy(() -> time.advance(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void workThatHoldsTimeUpIsNamed() {
        VirtualTime impatient = new VirtualTime(Duration.ofMillis(50));
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (VirtualScheduler held = new VirtualScheduler(impatient, JdkScheduler.create("held"))) {
            held.turns().execute(() -> {
                begun.countDown();
                awaitQuietly(stuck);
            });
            awaitQuietly(begun);
            assertThatThrownBy(() -> impatient.advance(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(JdkScheduler.turnsAreVirtual() ? "held-virtual" : "held-turn")
                    .hasMessageContaining("awaitQuietly");
        } finally {
            stuck.countDown();
        }
    }

    @Test
    void timeMovesToTheNextTimerOnly() {
        scheduler.schedule(Duration.ofMillis(3), () -> note("first"));
        scheduler.schedule(Duration.ofMillis(5), () -> note("second"));
        assertThat(time.advanceToNext(Duration.ofMillis(2))).isEqualTo(Duration.ofMillis(2));
        assertThat(seen).isEmpty();
        assertThat(time.advanceToNext(Duration.ofHours(1))).isEqualTo(Duration.ofMillis(1));
        assertThat(seen).containsExactly("first@3");
        assertThat(time.advanceToNext(Duration.ofMillis(2))).isEqualTo(Duration.ofMillis(2));
        assertThat(seen).containsExactly("first@3", "second@5");
        assertThat(time.advanceToNext(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aTurnCannotLetTimePass() {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        scheduler.turns().execute(() -> {
            try {
                time.advance(Duration.ofMillis(1));
                refused.complete(new AssertionError("advanced"));
            } catch (IllegalStateException expected) {
                refused.complete(expected);
            }
        });
        assertThat(refused.join()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aNodeThatIsGoneHoldsNothingUp() {
        VirtualScheduler gone = new VirtualScheduler(time, JdkScheduler.create("gone"));
        gone.schedule(Duration.ofMillis(1), () -> note("of the dead"));
        CountDownLatch stuck = new CountDownLatch(1);
        gone.turns().execute(() -> awaitQuietly(stuck));
        gone.close();
        scheduler.schedule(Duration.ofMillis(2), () -> note("of the living"));
        time.advance(Duration.ofMillis(5));
        assertThat(seen).containsExactly("of the living@2");
        stuck.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
