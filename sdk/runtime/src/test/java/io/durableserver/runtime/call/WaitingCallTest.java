package io.durableserver.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.call.WaitingCall.End;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.type.Slot;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A blocked caller: whether its call began and whether it gave up is decided once. */
@Timeout(60)
class WaitingCallTest {
    private static final Slot SLOT = new Slot(0, Slot.Kind.CALL, String.class, "s", String.class);
    private final JdkTime time = new JdkTime();

    private WaitingCall waiting(long nanos) {
        return new WaitingCall(time, time.nanoTime() + nanos);
    }

    @Test
    void answerGivenBeforeTheWaitIsFound() {
        WaitingCall value = waiting(1_000_000_000L);
        assertThat(value.begin()).isTrue();
        value.success("x", SLOT);
        value.failure(new NotAppliedException(Reason.STOPPED, "late", Map.of()));
        assertThat(value.await()).isEqualTo(End.VALUE);
        assertThat(value.value()).isEqualTo("x");
        WaitingCall error = waiting(1_000_000_000L);
        error.failure(new NotAppliedException(Reason.STOPPED, "x", Map.of()));
        error.success("late", SLOT);
        assertThat(error.await()).isEqualTo(End.ERROR);
        WaitingCall away = waiting(1_000_000_000L);
        away.notHere();
        assertThat(away.await()).isEqualTo(End.NOT_HERE);
        assertThat(away.begin()).isFalse();
    }

    @Test
    void callerThatGivesUpFirstKnowsThatNothingRan() {
        WaitingCall call = waiting(0);
        assertThat(call.await()).isEqualTo(End.NOT_BEGUN);
        assertThat(call.begin()).isFalse();
        WaitingCall begun = waiting(0);
        assertThat(begun.begin()).isTrue();
        assertThat(begun.await()).isEqualTo(End.UNKNOWN);
        begun.success("late", SLOT);
        assertThat(begun.value()).isNull();
    }

    @Test
    void interruptEndsTheWaitAndStaysSet() {
        WaitingCall call = waiting(60_000_000_000L);
        Thread.currentThread().interrupt();
        assertThat(call.await()).isEqualTo(End.INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(call.begin()).isFalse();
    }

    @Test
    void answerThatIsThereWinsOverAnInterrupt() {
        WaitingCall call = waiting(60_000_000_000L);
        call.success("x", SLOT);
        Thread.currentThread().interrupt();
        assertThat(call.await()).isEqualTo(End.VALUE);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void raceOfBeginAndGivingUpHasOneWinner() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            AtomicBoolean began = new AtomicBoolean();
            WaitingCall call = waiting(i % 20_000);
            CyclicBarrier start = new CyclicBarrier(2);
            Thread server = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                if (call.begin()) {
                    began.set(true);
                    call.success("x", SLOT);
                }
            });
            server.start();
            start.await();
            End end = call.await();
            server.join();
            assertThat(end == End.NOT_BEGUN).isNotEqualTo(began.get());
            if (end == End.VALUE) {
                assertThat(call.value()).isEqualTo("x");
            }
        }
    }
}
