package io.durableserver.runtime.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.testing.Tries;
import io.durableserver.runtime.type.Slot;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InsideTest {
    private static final int ROUNDS = 20_000 * Tries.EFFORT;

    private final Inside inside = new Inside();

    @Test
    void nobodyIsInsideBeforeAndAfterAStay() {
        assertThat(inside.stay(7)).isNull();
        inside.enter(true);
        assertThat(inside.stay(7)).isEqualTo(new Inside.Stay(Thread.currentThread(), true, 1, 7, null));
        inside.leave();
        assertThat(inside.stay(7)).isNull();
        inside.leave();
        assertThat(inside.stay(7)).isNull();
    }

    @Test
    void threadThatLeavesLateDoesNotPutOutTheOneThatCameIn() throws InterruptedException {
        inside.enter(false);
        Thread next = new Thread(() -> inside.enter(false));
        next.start();
        next.join();
        inside.leave();
        Inside.Stay stay = inside.stay(7);
        assertThat(stay).isNotNull();
        assertThat(stay.thread()).isSameAs(next);
    }

    @Test
    void turnIsTimedFromItsBeginAndAnythingElseFromWhenItWasFirstSeen() {
        inside.enter(false);
        assertThat(inside.isNew(stay(10))).isTrue();
        assertThat(stay(30).sinceNanos()).isEqualTo(10);
        assertThat(inside.isNew(stay(30))).isFalse();
        Slot slot = new Slot(0, Slot.Kind.CAST, String.class, "m", Void.class);
        inside.turn(slot, 20);
        assertThat(stay(30)).isEqualTo(new Inside.Stay(Thread.currentThread(), false, 2, 20, slot));
        inside.other();
        assertThat(inside.isNew(stay(40))).isTrue();
        assertThat(stay(50)).isEqualTo(new Inside.Stay(Thread.currentThread(), false, 3, 40, null));
    }

    private Inside.Stay stay(long now) {
        return Objects.requireNonNull(inside.stay(now));
    }

    @Test
    void interruptOfAnEarlierStayHitsNobody() {
        inside.enter(false);
        Inside.Stay earlier = stay(7);
        inside.leave();
        inside.enter(false);
        inside.open();
        assertThat(inside.interrupt(earlier)).isFalse();
        assertThat(Thread.interrupted()).isFalse();
        inside.close();
        inside.leave();
        assertThat(inside.interrupt(earlier)).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void interruptReachesUserCodeOnly() {
        inside.enter(false);
        Inside.Stay stay = stay(7);
        assertThat(inside.interrupt(stay)).as("before").isFalse();
        inside.open();
        assertThat(inside.interrupt(stay)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        inside.close();
        assertThat(inside.interrupt(stay)).as("what the runtime does after it").isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void interruptOfUserCodeThatWaitsForTheRuntimeIsKeptForIt() {
        inside.enter(false);
        Inside.Stay stay = stay(7);
        inside.open();
        assertThat(inside.suspend()).isTrue();
        assertThat(inside.interrupt(stay)).isTrue();
        assertThat(inside.interrupt(stay)).as("once more").isTrue();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(inside.resume()).isTrue();
        inside.close();
        inside.other();
        inside.open();
        assertThat(inside.suspend()).isTrue();
        assertThat(inside.interrupt(stay)).as("another stay").isFalse();
        assertThat(inside.resume()).isFalse();
        inside.close();
        assertThat(inside.suspend()).as("no user code runs").isFalse();
    }

    /** The same thread encodes, stores, and serves another server the moment the user code ended. */
    @Test
    void interruptNeverArrivesAfterTheUserCodeEnded() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger astray = new AtomicInteger();
        AtomicInteger arrived = new AtomicInteger();
        Thread worker = new Thread(() -> {
            for (int i = 1; i <= ROUNDS; i++) {
                inside.enter(false);
                inside.open();
                Thread.onSpinWait();
                inside.close();
                if (Thread.interrupted()) {
                    arrived.incrementAndGet();
                }
                for (int spin = 0; spin < 20; spin++) {
                    Thread.onSpinWait();
                }
                inside.leave();
                if (Thread.interrupted()) {
                    astray.incrementAndGet();
                }
            }
            over.set(true);
        });
        worker.start();
        int sent = 0;
        while (!over.get()) {
            Inside.Stay stay = inside.stay(7);
            if (stay != null && inside.interrupt(stay)) {
                sent++;
            }
        }
        worker.join();
        assertThat(astray).hasValue(0);
        assertThat(arrived.get()).isLessThanOrEqualTo(sent);
    }
}
