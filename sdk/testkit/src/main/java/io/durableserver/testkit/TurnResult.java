package io.durableserver.testkit;

import io.durableserver.Next;
import io.durableserver.StopReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of a {@link ServerTest} came to. Messages in it are as the server gave them.
 *
 * @param state the state after the turn, as it comes back from its bytes
 * @param json the dumped state, encoded; text when the type's codec is JSON
 * @param sent what it told other servers, in order
 * @param called whom it called, in order; the answers are those of {@link ServerTest#answering}
 * @param infos what it sent itself with {@link io.durableserver.ServerContext#send}
 * @param timers what it sends itself later, as far as it did not take it back
 * @param continuation the message of the turn that follows at once
 * @param idleTimeout after how long without a message its timeout handler runs
 * @param metadata what it shows in the directory from now on; empty when it did not say
 * @param sync how this state is to be stored
 * @param stop why it stops after this turn
 */
public record TurnResult<S, R extends @Nullable Object>(
        CompletableFuture<R> answer,
        S state,
        String json,
        List<Sent> sent,
        List<Sent> called,
        List<Object> infos,
        List<Later> timers,
        Optional<Object> continuation,
        Optional<Duration> idleTimeout,
        Optional<Map<String, String>> metadata,
        Next.Sync sync,
        Optional<StopReason> stop) {
    /**
     * A message to a server.
     *
     * @param type the name of its type
     * @param headers those of the reference and of the turn
     */
    public record Sent(String type, String key, Object message, Map<String, String> headers) {
        /** A message without headers. */
        public Sent(String type, String key, Object message) {
            this(type, key, message, Map.of());
        }
    }

    /** A message to itself, after a time. */
    public record Later(Duration delay, Object message) {}

    /** Whether the call is answered: a deferred one may be so by a later turn. */
    public boolean isAnswered() {
        return answer.isDone();
    }

    /**
     * The reply, as its caller gets it.
     *
     * @throws IllegalStateException when the call is not answered yet, or was no call
     * @throws io.durableserver.DurableServerException when it was answered with a failure
     */
    public R reply() {
        if (!answer.isDone()) {
            throw new IllegalStateException("There is no reply yet");
        }
        return Answers.of(answer);
    }
}
