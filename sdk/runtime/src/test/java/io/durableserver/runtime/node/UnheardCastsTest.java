package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One-way messages that a server does not take any more are not dropped without a word. */
final class UnheardCastsTest extends ProbedNode {
    private static final int CASTS = 50;

    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch inside = new CountDownLatch(1);
    private final AtomicInteger ran = new AtomicInteger();

    @BeforeEach
    void readLog() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreLog() {
        go.countDown();
        System.setErr(err);
    }

    private List<String> warnings() {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("messages were dropped"))
                .toList();
    }

    /** A turn that ends its server begins, and casts come behind it. */
    private ServerRef crowded(Tell last) throws InterruptedException {
        ServerRef ref = ref();
        ref.cast(new Tell((state, self) -> {
            self.ctx().send(new Note((now, same) -> Next.state(now)));
            inside.countDown();
            go.await();
            return last.turn().run(state, self);
        }));
        inside.await();
        for (int i = 0; i < CASTS; i++) {
            ref.cast(new Tell((state, self) -> {
                ran.incrementAndGet();
                return Next.state(state);
            }));
        }
        return ref;
    }

    private void toldOnce(String key) {
        await().until(() -> !warnings().isEmpty());
        assertThat(warnings())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(key + ": messages were dropped: {" + Tell.class.getName() + "=" + CASTS + "}"));
        assertThat(ran).hasValue(0);
    }

    @Test
    void aServerThatStopsItselfTellsOfTheCastsItLeaves() throws Exception {
        crowded(new Tell((state, self) -> Next.state(state).thenStop(StopReason.normal())));
        go.countDown();
        toldOnce("k");
    }

    @Test
    void soDoesOneThatCrashes() throws Exception {
        crowded(new Tell((state, self) -> {
            throw new IllegalStateException("boom");
        }));
        go.countDown();
        toldOnce("k");
    }

    @Test
    void soDoesOneThatIsTerminated() throws Exception {
        crowded(new Tell((state, self) -> Next.state(state)));
        CompletableFuture<Boolean> end =
                node.servers.admin().terminateAsync("k", Termination.GRACEFUL).toCompletableFuture();
        go.countDown();
        end.get(5, TimeUnit.SECONDS);
        toldOnce("k");
    }

    @Test
    void soDoesOneWhoseStateCannotBeStored() throws Exception {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Object dump(State state) {
                if (state.n() > 0) {
                    throw new IllegalStateException("no dump");
                }
                return state;
            }
        });
        crowded(new Tell((state, self) -> Next.state(new State(1)).sync()));
        go.countDown();
        toldOnce("k");
    }

    @Test
    void callsBehindTheCastsLookForTheServerAgain() throws Exception {
        ServerRef ref = crowded(new Tell((state, self) -> Next.state(state).thenStop(StopReason.normal())));
        CompletableFuture<Object> call = ref.callAsync(GET).toCompletableFuture();
        go.countDown();
        assertThat(call.get(5, TimeUnit.SECONDS)).isEqualTo(0L);
        toldOnce("k");
    }

    @Test
    void aServerThatLeavesOnlyWhatItSentToItselfWarnsOfNothing() throws Exception {
        ServerRef ref = ref();
        assertThat(ref.<Object>call(new Probe.Ask((state, self) -> {
                    self.ctx().send(new Note((now, same) -> Next.state(now)));
                    return Next.reply("bye", state).thenStop(StopReason.normal());
                })))
                .isEqualTo("bye");
        assertThat(node.servers.admin().info("k")).isPresent();
        assertThat(warnings()).isEmpty();
    }
}
