package io.durableserver.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.RuntimeHooks.CallOutcome;
import io.durableserver.spi.RuntimeHooks.CastOutcome;
import io.durableserver.spi.RuntimeHooks.StoreOperation;
import io.durableserver.spi.RuntimeHooks.StoreOutcome;
import io.durableserver.spi.RuntimeHooks.SyncResult;
import io.durableserver.spi.RuntimeHooks.TurnKind;
import io.durableserver.spi.RuntimeHooks.TurnResult;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HotPathTest {
    private static final int CALLS = 100_000;

    /** What one call adds. */
    private static final long OF_A_CALL = 1L + 1 + "FENCED".length() + 5;

    private final ManualScheduler time = new ManualScheduler();
    private final List<RuntimeEvent> told = new ArrayList<>();

    /** Adds up what it is called with. */
    private static final class Sums implements RuntimeHooks {
        long calls;
        long turns;
        long syncs;
        long renewals;
        long others;

        @Override
        public void callRerouted(int type, boolean remote) {
            others += type + (remote ? 1 : 0);
        }

        @Override
        public void castEnded(int type, CastOutcome outcome, String code) {
            others += type + (outcome == CastOutcome.SENT ? 1 : 0) + code.length();
        }

        @Override
        public void mailWaited(int type, long nanos) {
            others += type + nanos;
        }

        @Override
        public void gateWaited(int type, long nanos) {
            others += type + nanos;
        }

        @Override
        public void storeBegan(StoreOperation operation) {
            others += operation == StoreOperation.GET ? 1 : 0;
        }

        @Override
        public void storeEnded(StoreOperation operation, StoreOutcome outcome, int bytes, long nanos) {
            others += (operation == StoreOperation.GET ? 1 : 0) + (outcome == StoreOutcome.OK ? 1 : 0) + bytes + nanos;
        }

        @Override
        public void messageSent(int bytes) {
            others += bytes;
        }

        @Override
        public void messageReceived(int bytes) {
            others += bytes;
        }

        @Override
        public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
            calls += type + (outcome == CallOutcome.NOT_APPLIED ? 1 : 0) + code.length() + nanos;
        }

        @Override
        public void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {
            turns += type + (kind == TurnKind.CAST ? 1 : 0) + (result == TurnResult.DONE ? 1 : 0) + waiting + nanos;
        }

        @Override
        public void syncEnded(int type, SyncResult result, long covered, int bytes, long nanos) {
            syncs += type + (result == SyncResult.STORED ? 1 : 0) + covered + bytes + nanos;
        }

        @Override
        public void renewalEnded(boolean renewed, long nanos) {
            renewals += (renewed ? 1 : 0) + nanos;
        }
    }

    /** What one of each of the others adds. */
    private static final long OF_THE_OTHERS = 2 + 3 + 11 + 21 + 1 + 72 + 50 + 60;

    private Troubles troubles() {
        return new Troubles("l", time, told::add);
    }

    private static void call(HotPath hot) {
        hot.callEnded(1, true, CallOutcome.NOT_APPLIED, "FENCED", 5);
        hot.turnEnded(1, TurnKind.CAST, TurnResult.DONE, 3, 7);
        hot.syncEnded(1, SyncResult.STORED, 4, 100, 9);
        hot.renewalEnded(true, 11);
        hot.callRerouted(1, true);
        hot.castEnded(1, CastOutcome.SENT, "X");
        hot.mailWaited(1, 10);
        hot.gateWaited(1, 20);
        hot.storeBegan(StoreOperation.GET);
        hot.storeEnded(StoreOperation.GET, StoreOutcome.OK, 30, 40);
        hot.messageSent(50);
        hot.messageReceived(60);
    }

    @Test
    void hooksAllocateNothing() {
        Sums one = new Sums();
        Sums two = new Sums();
        HotPath hot = HotPath.of(one, troubles()).and(two, troubles());
        call(hot);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(me);
        for (int i = 0; i < CALLS; i++) {
            call(hot);
        }
        long spent = threads.getThreadAllocatedBytes(me) - before;
        assertThat(spent).as("bytes for " + CALLS + " of each hook").isLessThan(CALLS);
        assertThat(one.calls).isEqualTo(two.calls).isEqualTo((CALLS + 1L) * OF_A_CALL);
        assertThat(one.turns).isEqualTo(two.turns).isPositive();
        assertThat(one.syncs).isEqualTo(two.syncs).isPositive();
        assertThat(one.renewals).isEqualTo(two.renewals).isEqualTo((CALLS + 1L) * 12);
        assertThat(one.others).isEqualTo(two.others).isEqualTo((CALLS + 1L) * OF_THE_OTHERS);
    }

    @Test
    void whatAHookThrowsStaysThereAndTheOthersAreCalled() {
        Sums good = new Sums();
        RuntimeHooks bad = new RuntimeHooks() {
            @Override
            public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
                throw new StackOverflowError();
            }

            @Override
            public void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {
                throw new IllegalStateException("no");
            }

            @Override
            public void syncEnded(int type, SyncResult result, long covered, int bytes, long nanos) {
                throw new AssertionError();
            }
        };
        HotPath hot = HotPath.of(good, troubles()).and(bad, troubles());
        call(hot);
        call(hot);
        assertThat(good.calls).isEqualTo(2 * OF_A_CALL);
        assertThat(good.syncs).isPositive();
        assertThat(told).singleElement().isInstanceOf(NodeEvent.ListenerFailed.class);
        assertThat(HotPath.isInside()).isFalse();
    }

    @Test
    void checkedExceptionsStayThereAndWhatTheyInterruptedIsInterruptedAgain() {
        RuntimeHooks bad = new RuntimeHooks() {
            @Override
            public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
                sneak(new IOException());
            }

            @Override
            public void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {
                sneak(new InterruptedException());
            }

            @Override
            public void syncEnded(int type, SyncResult result, long covered, int bytes, long nanos) {
                assertThat(Thread.interrupted()).isTrue();
            }
        };
        call(HotPath.of(bad, troubles()));
        assertThat(told).singleElement().isInstanceOf(NodeEvent.ListenerFailed.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatAHookCausesIsNotToldToHooksAndTheyAreInsideUntilTheLastReturned() {
        List<Boolean> inside = new ArrayList<>();
        HotPath[] hot = new HotPath[1];
        RuntimeHooks recursive = new RuntimeHooks() {
            @Override
            public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
                inside.add(HotPath.isInside());
                call(hot[0]);
                inside.add(HotPath.isInside());
            }
        };
        hot[0] = HotPath.of(recursive, troubles()).and(recursive, troubles());
        call(hot[0]);
        assertThat(inside).containsExactly(true, true, true, true);
        assertThat(HotPath.isInside()).isFalse();
    }

    @Test
    void timeIsTakenOfOneCallOfSoMany() {
        int measured = 0;
        for (int i = 0; i < 10 * RuntimeHooks.MEASURED_OF; i++) {
            measured += HotPath.measures() ? 1 : 0;
        }
        assertThat(measured).isEqualTo(10);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
