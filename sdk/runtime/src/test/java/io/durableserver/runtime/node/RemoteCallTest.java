package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.config.Limits;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the caller of a server on another node is told, whatever becomes of its call; in virtual time. */
class RemoteCallTest extends PeerServed {
    RemoteCallTest() {
        super(Limits.DEFAULT);
    }

    private CompletableFuture<Integer> call() {
        CompletableFuture<Integer> call = ref.callAsync(new Get(), CallOptions.timeout(Duration.ofSeconds(2)))
                .toCompletableFuture();
        time.run();
        return call;
    }

    private void answer(Message message) {
        cluster.receive(PEER, WireFormat.encode(message));
        time.run();
    }

    private Message.CallMessage sent() {
        assertThat(cluster.sent()).isNotEmpty();
        return (Message.CallMessage)
                WireFormat.decodeMessage(cluster.sent().get(cluster.sent().size() - 1));
    }

    private static @Nullable String code(CompletableFuture<?> call) {
        assertThat(call).isDone();
        try {
            call.getNow(null);
            return null;
        } catch (CompletionException e) {
            return e.getCause() instanceof DurableServerException known
                    ? known.getClass().getSimpleName() + " " + known.code()
                    : String.valueOf(e.getCause());
        }
    }

    @Test
    void replyCompletesTheCallAndALaterOneIsIgnored() {
        CompletableFuture<Integer> call = call();
        Message.CallMessage sent = sent();
        assertThat(sent.key()).isEqualTo("k");
        assertThat(sent.origin().deadlineNanos()).isEqualTo(2_000_000_000L);
        assertThat(call).isNotDone();
        answer(new Message.ReplyMessage(sent.id(), CborCodec.INSTANCE.encode(7, Integer.class)));
        answer(new Message.ReplyMessage(sent.id(), CborCodec.INSTANCE.encode(8, Integer.class)));
        assertThat(call).isCompletedWithValue(7);
    }

    @Test
    void errorOfTheOwnerIsTheErrorOfTheCall() {
        CompletableFuture<Integer> call = call();
        answer(new Message.ErrorMessage(
                sent().id(),
                WireError.of(new NotAppliedException(NotAppliedException.Reason.MAILBOX_FULL, "full", Map.of()))));
        assertThat(code(call)).isEqualTo("NotAppliedException MAILBOX_FULL");
    }

    @Test
    void replyThatCannotBeReadIsUnknown() {
        CompletableFuture<Integer> call = call();
        answer(new Message.ReplyMessage(sent().id(), new byte[] {(byte) 0xff}));
        assertThat(code(call)).isEqualTo("OutcomeUnknownException REPLY_UNREADABLE");
    }

    @Test
    void fullQueueMeansNothingWasSent() {
        cluster.queueFull(true);
        assertThat(code(call())).isEqualTo("NotAppliedException OVERLOADED");
    }

    @Test
    void lostOwnerIsUnknown() {
        CompletableFuture<Integer> call = call();
        cluster.sessions(ME);
        cluster.tell(new Membership.Event.Failed(PEER));
        time.run();
        assertThat(code(call)).isEqualTo("OutcomeUnknownException OWNER_LOST");
    }

    @Test
    void deadlineWithTheOwnerIsUnknown() {
        CompletableFuture<Integer> call = call();
        time.advance(Duration.ofMillis(1_999));
        assertThat(call).isNotDone();
        time.advance(Duration.ofMillis(100));
        assertThat(code(call)).isEqualTo("OutcomeUnknownException DEADLINE");
    }

    @Test
    void deadlineAfterNotHereIsNotApplied() {
        CompletableFuture<Integer> call = call();
        answer(new Message.NotHereMessage(sent().id()));
        answer(new Message.NotHereMessage(sent().id()));
        time.advance(Duration.ofMillis(2_100));
        assertThat(cluster.sent()).as("not sent again to who does not serve it").hasSize(1);
        assertThat(code(call)).isEqualTo("NotAppliedException DEADLINE_BEFORE_START");
    }

    @Test
    void closeOfTheCallersNodeEndsTheCall() {
        CompletableFuture<Integer> call = call();
        node.fence();
        time.run();
        assertThat(code(call)).isEqualTo("OutcomeUnknownException OWNER_LOST");
        assertThat(code(call())).isEqualTo("NotAppliedException NOT_READY");
    }

    @Test
    void callCancelledAfterNotHereIsNotSentAgain() {
        CompletableFuture<Integer> call = call();
        Session third = new Session("third", "3");
        cluster.sessions(ME, PEER, third);
        cluster.replace(
                "k",
                cluster.localGet("k").orElseThrow(),
                WireFormat.encode(new DirectoryEntry("t", third, 4, DirectoryEntry.Phase.RUNNING, false, Map.of())));
        cluster.receive(PEER, WireFormat.encode(new Message.NotHereMessage(sent().id())));
        call.cancel(true);
        time.advance(Duration.ofSeconds(3));
        assertThat(cluster.sent()).hasSize(1);
    }

    @Test
    void callThatEndedWhileItsServerWasLookedForIsNotSent() {
        Deque<Runnable> lookUps = new ArrayDeque<>();
        cluster.lookUpsOn(lookUps::add);
        CompletableFuture<Integer> late = ref.callAsync(new Get(), CallOptions.timeout(Duration.ofMillis(50)))
                .toCompletableFuture();
        CompletableFuture<Integer> cancelled = call();
        time.advance(Duration.ofMillis(200));
        cancelled.cancel(true);
        assertThat(code(late)).isEqualTo("NotAppliedException DEADLINE_BEFORE_START");
        assertThat(lookUps).hasSize(2);
        lookUps.forEach(Runnable::run);
        time.advance(Duration.ofSeconds(3));
        assertThat(cluster.sent()).as("told that nothing was applied").isEmpty();
    }

    @Test
    void nodeThatSaidNotHereIsNotWhereTheNextCallGoes() {
        CompletableFuture<Integer> call = call();
        cluster.remove("k", cluster.localGet("k").orElseThrow());
        answer(new Message.NotHereMessage(sent().id()));
        time.advance(Duration.ofSeconds(3));
        assertThat(call).isCompletedExceptionally();
        CompletableFuture<Integer> next = call();
        assertThat(cluster.sent()).hasSize(1);
        time.advance(Duration.ofSeconds(3));
        assertThat(next).isCompletedExceptionally();
    }

    @Test
    void replyToACancelledCallIsDropped() {
        CompletableFuture<Integer> call = call();
        call.cancel(true);
        answer(new Message.ReplyMessage(sent().id(), CborCodec.INSTANCE.encode(7, Integer.class)));
        assertThat(call).isCancelled();
        int timers = time.timers();
        time.advance(Duration.ofSeconds(10));
        assertThat(time.timers()).isLessThan(timers + 1);
    }

    @Test
    void callsThatEndedLeaveNothingBehind() {
        CompletableFuture<Integer> call = call();
        answer(new Message.ReplyMessage(sent().id(), CborCodec.INSTANCE.encode(7, Integer.class)));
        assertThat(call).isCompletedWithValue(7);
        int timers = time.timers();
        time.advance(Duration.ofSeconds(10));
        assertThat(time.timers()).isLessThanOrEqualTo(timers);
    }
}
