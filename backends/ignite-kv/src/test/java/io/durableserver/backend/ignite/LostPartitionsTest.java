package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import io.durableserver.testkit.backend.StoreContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.IgniteEx;
import org.junit.jupiter.api.Test;

class LostPartitionsTest {
    private static final Set<String> NONE = Set.of();

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, Map<String, Supplier<Object>> answers) {
        return (T) Proxy.newProxyInstance(
                LostPartitionsTest.class.getClassLoader(), new Class<?>[] {type}, (on, method, arguments) -> {
                    Supplier<Object> answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return answer.get();
                });
    }

    /** As while the node starts: nobody else looks, and until somebody has no node may join a cluster with lost partitions. */
    @Test
    void aFirstLookThatFailsIsTriedAgain() {
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean stopping = new AtomicBoolean();
        IgniteEx ignite = fake(
                IgniteEx.class,
                Map.of(
                        "cluster",
                        () -> {
                            looks.incrementAndGet();
                            throw new IllegalStateException("not yet");
                        },
                        "context",
                        () -> fake(GridKernalContext.class, Map.of("isStopping", stopping::get))));
        Deque<Runnable> timers = new ArrayDeque<>();
        Scheduler scheduler = new Timers(timers);
        List<StoreEvent> told = new ArrayList<>();
        StoreContext node =
                new StoreContext("test/", new Session("n", "1"), scheduler, new JdkTime(), List.of(), told::add);
        LostPartitions lost = new LostPartitions(
                ignite,
                "cache",
                () -> new Answers(Map.of(), false, Set.of(), true),
                Runnable::run,
                scheduler,
                StoreFacts.of(IgniteKvBackend.NAME, "cache", node));
        lost.begin();
        assertThat(timers).hasSize(1);
        timers.remove().run();
        assertThat(looks).hasValue(2);
        assertThat(told).hasSize(2).allSatisfy(event -> {
            assertThat(event).isInstanceOf(StoreEvent.StoreStepFailed.class);
            assertThat(event.thrown())
                    .hasValueSatisfying(error -> assertThat(error).hasMessage("not yet"));
            assertThat(event.text())
                    .isEqualTo("ignite-kv cache: a look for lost partitions failed, and is tried again");
        });
        stopping.set(true);
        timers.remove().run();
        assertThat(looks).hasValue(3);
        assertThat(timers).as("a node that stops").isEmpty();
    }

    private record Timers(Deque<Runnable> tasks) implements Scheduler {
        @Override
        public Executor turns() {
            return Runnable::run;
        }

        @Override
        public Executor internal() {
            return Runnable::run;
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        @Override
        public boolean canBlock() {
            return true;
        }

        @Override
        public void close() {
            tasks.clear();
        }
    }

    @Test
    void theNodesThatAreWaitedForAreNamed() {
        assertThat(LostPartitions.waits(Set.of("n3"), Set.of("n2", "n3"), NONE))
                .hasValueSatisfying(why -> assertThat(why).contains("[n3]", "acceptLoss"));
        assertThat(LostPartitions.waits(NONE, Set.of("n2"), NONE))
                .as("nobody but the newest")
                .isEmpty();
        assertThat(LostPartitions.waits(Set.of("n3"), NONE, NONE))
                .as("out of the baseline")
                .isEmpty();
    }

    /** Also while others of the baseline are away; what is lost by it is told. */
    @Test
    void aNodeThatWasTakenOutOfTheBaselineIsNotWaitedFor() {
        Set<String> newest = Set.of("n2", "n3");
        assertThat(LostPartitions.meant(newest, Set.of("n1", "n2", "n4"))).containsExactly("n2");
        assertThat(LostPartitions.givenUp(newest, Set.of("n1", "n2", "n4"))).containsExactly("n3");
        Set<String> missing = LostPartitions.meant(Set.of("n3"), Set.of("n1", "n4"));
        assertThat(LostPartitions.waits(missing, Set.of("n4"), NONE)).isEmpty();
    }

    @Test
    void aNodeWithoutItsDiskKeepsThemClosedAndIsNamed() {
        assertThat(LostPartitions.waits(NONE, NONE, Set.of("n2")))
                .hasValueSatisfying(why -> assertThat(why).contains("[n2]", "stop them", "acceptLoss"));
    }

    @Test
    void aLossIsAcceptedByTheNamesOfAllThatAreMissingOnly() {
        assertThat(LossAcceptance.refuse(Set.of("n3"), Set.of("n3"), NONE)).isEmpty();
        assertThat(LossAcceptance.refuse(NONE, NONE, NONE))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContaining("no node is missing"));
        assertThat(LossAcceptance.refuse(Set.of("n2"), Set.of("n3"), NONE))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContaining("[n3]"));
    }

    /** Of the copies of a lost partition Ignite would take its empty one. */
    @Test
    void theLossOfANodeThatIsHereWithoutItsDiskIsNotAcceptedBeforeItIsStopped() {
        assertThat(LossAcceptance.refuse(Set.of("n3"), NONE, Set.of("n3")))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContaining("stop [n3] first"));
        assertThat(LossAcceptance.refuse(Set.of("n2", "n3"), Set.of("n2"), Set.of("n3")))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContainingAll("[n2, n3]", "stop [n3] first"));
    }

    /** A node that stayed up knows where the newest copies are of all but what is lost. */
    @Test
    void whileTheClusterServesOnlyWhatIsLostIsMissed() {
        CopyMark mark = new CopyMark(4, Set.of("n1", "n2"), Map.of(), Set.of(), Past.NONE);
        Answers answers = new Answers(Map.of("n1", mark), true, Set.of(), true);
        assertThat(answers.missing()).isEmpty();
        assertThat(answers.away()).containsExactly("n2");
    }
}
