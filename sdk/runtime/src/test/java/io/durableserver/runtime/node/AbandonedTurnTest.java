package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.Reply;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.State;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The parts that a turn leaves behind when it is abandoned. */
final class AbandonedTurnTest extends ProbedNode {
    private static final int PARTS = 20;

    private final CompletableFuture<Reply<State, ?>> stage = new CompletableFuture<>();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch ran = new CountDownLatch(PARTS);
    private final AtomicInteger running = new AtomicInteger();
    /** What each part saw: whether the stage was cancelled, and how many ran. */
    private final List<String> saw = new CopyOnWriteArrayList<>();

    @BeforeEach
    void hurry() {
        node.close();
        node = LoneNode.start(Probe.type(script).turnDeadline(Duration.ofMillis(1)));
    }

    private void abandon() throws InterruptedException {
        CompletableFuture<Object> answer = ref().callAsync(new AskOpen((state, self) -> {
                    Executor parts = self.ctx().executor();
                    parts.execute(() -> {
                        opened.countDown();
                        waitFor(busy); // the deadline comes meanwhile
                    });
                    for (int i = 0; i < PARTS; i++) {
                        parts.execute(this::look);
                    }
                    return stage;
                }))
                .toCompletableFuture();
        opened.await();
        node.scheduler.schedule(Duration.ofMillis(50), busy::countDown);
        CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
        assertThat(thrown.getCause()).isInstanceOf(OutcomeUnknownException.class);
    }

    private void look() {
        int atOnce = running.incrementAndGet();
        saw.add(stage.isCancelled() + " " + atOnce);
        Thread.onSpinWait();
        running.decrementAndGet();
        ran.countDown();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void partsThatDidNotRunRunApartFromItOneAfterAnotherOnceItsStageIsCancelled() throws Exception {
        abandon();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(saw).isEqualTo(Collections.nCopies(PARTS, "true 1"));
        assertThat(ref().call(GET)).isEqualTo(0L);
    }
}
