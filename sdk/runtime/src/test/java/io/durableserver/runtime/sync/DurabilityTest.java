package io.durableserver.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.events.Facts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The output gate (P2, P3). */
@Timeout(60)
class DurabilityTest {
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final Durability durability = new Durability(new Outputs(Facts.onlyLogged()), new Watch());

    private final List<Long> waits = new ArrayList<>();
    private long now = 100;

    private final class Watch implements GateWatch {
        @Override
        public long nowNanos() {
            return now;
        }

        @Override
        public long waitBegins() {
            return now;
        }

        @Override
        public void waitEnded(long beganNanos) {
            waits.add(now - beganNanos);
        }
    }

    private Output output(String name) {
        return new Output() {
            @Override
            public void emit() {
                out.add(name);
            }

            @Override
            public void fail(DurableServerException error) {
                out.add("-" + name);
            }
        };
    }

    private void turn(String name, Demand demand) {
        durability.leave(durability.turnDone(true, demand), output(name));
    }

    @Test
    void outputsLeaveAtOnceWhileNothingIsPending() {
        turn("a", Demand.NONE);
        turn("b", Demand.BEHIND);
        assertThat(out).containsExactly("a", "b");
        assertThat(durability.isQuiet()).isTrue();
    }

    @Test
    void laterOutputsWaitBehindAStrictTurnAndLeaveInOrder() {
        turn("a", Demand.STRICT);
        durability.begin();
        turn("b", Demand.NONE);
        turn("c", Demand.STRICT);
        assertThat(out).isEmpty();
        assertThat(durability.heldCount()).isEqualTo(3);
        durability.written();
        assertThat(out).containsExactly("a", "b");
        durability.begin();
        durability.written();
        assertThat(out).containsExactly("a", "b", "c");
        assertThat(durability.isQuiet()).isTrue();
        assertThat(durability.heldCount()).isZero();
    }

    @Test
    void abandonedWriteReleasesNothingAndTheNextOneReleasesAll() {
        turn("a", Demand.STRICT);
        durability.begin();
        durability.abandoned();
        assertThat(out).isEmpty();
        assertThat(durability.wantsWrite()).isTrue();
        durability.begin();
        durability.written();
        assertThat(out).containsExactly("a");
    }

    @Test
    void failAllDropsWhatWaits() {
        turn("a", Demand.STRICT);
        durability.begin();
        durability.failAll(new NotAppliedException(Reason.FENCED, "x", Map.of()));
        durability.written();
        assertThat(out).containsExactly("-a");
    }

    @Test
    void outputMadeWhileAnotherIsEmittedLeavesAfterIt() {
        turn("strict", Demand.STRICT);
        durability.begin();
        durability.leave(durability.gate(), new Output() {
            @Override
            public void emit() {
                durability.leave(0, output("nested"));
                out.add("outer");
            }

            @Override
            public void fail(DurableServerException error) {}
        });
        durability.written();
        assertThat(out).containsExactly("strict", "outer", "nested");
    }

    @Test
    void concurrentWritesAndTurnsKeepTheOrderAndNeverReleaseEarly() throws Exception {
        int turns = 20_000;
        AtomicLong storedUpTo = new AtomicLong();
        List<Long> left = Collections.synchronizedList(new ArrayList<>());
        List<String> early = Collections.synchronizedList(new ArrayList<>());
        BlockingQueue<Long> writes = new ArrayBlockingQueue<>(1);
        Thread store = new Thread(() -> {
            try {
                for (long covers = writes.take(); covers >= 0; covers = writes.take()) {
                    storedUpTo.set(covers);
                    durability.written();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        store.start();
        for (long i = 1; i <= turns; i++) {
            long number = i;
            boolean strict = i % 3 == 0;
            long gate = durability.turnDone(true, strict ? Demand.STRICT : Demand.NONE);
            durability.leave(gate, new Output() {
                @Override
                public void emit() {
                    if (strict && storedUpTo.get() < number) {
                        early.add("turn " + number);
                    }
                    left.add(number);
                }

                @Override
                public void fail(DurableServerException error) {}
            });
            if (durability.wantsWrite()) {
                durability.begin();
                writes.put(i);
            }
        }
        while (durability.isDirty()) {
            if (!durability.isInFlight()) {
                durability.begin();
                writes.put((long) turns);
            }
            Thread.onSpinWait();
        }
        writes.put(-1L);
        store.join();
        assertThat(early).isEmpty();
        assertThat(left).hasSize(turns).isSorted();
    }

    @Test
    void theOldestChangeIsUnsavedUntilItIsStored() {
        assertThat(durability.unsavedNanos(now)).isZero();
        turn("a", Demand.NONE);
        now += 10;
        turn("b", Demand.NONE);
        assertThat(durability.unsavedNanos(now)).isEqualTo(10);
        durability.begin();
        now += 5;
        turn("c", Demand.NONE);
        now += 1;
        assertThat(durability.unsavedNanos(now))
                .as("not before the write has ended")
                .isEqualTo(16);
        durability.written();
        assertThat(durability.unsavedNanos(now)).as("of what came meanwhile").isEqualTo(1);
        durability.begin();
        durability.written();
        assertThat(durability.unsavedNanos(now)).isZero();
    }

    @Test
    void aWriteThatFailedLeavesTheOldestChangeUnsaved() {
        turn("a", Demand.NONE);
        now += 10;
        durability.begin();
        turn("b", Demand.NONE);
        durability.abandoned();
        now += 1;
        assertThat(durability.unsavedNanos(now)).isEqualTo(11);
        durability.begin();
        durability.abandoned();
        assertThat(durability.unsavedNanos(now)).isEqualTo(11);
    }

    @Test
    void theWaitsOfWhatLeavesAreTold() {
        turn("a", Demand.STRICT);
        now += 4;
        turn("b", Demand.NONE);
        durability.begin();
        now += 3;
        durability.written();
        assertThat(waits).containsExactly(7L, 3L);
        turn("c", Demand.NONE);
        assertThat(waits).as("what does not wait").hasSize(2);
    }
}
