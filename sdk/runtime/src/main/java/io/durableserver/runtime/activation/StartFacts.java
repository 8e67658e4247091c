package io.durableserver.runtime.activation;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.server.ServerFacts;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.ServerEvent.StartCause;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What is told of one start: that it begins, and once how it ended. Any thread. */
final class StartFacts {
    private final ServerFacts facts;
    private final StartCause cause;
    private final TimeSource time;
    private final AtomicBoolean isTold = new AtomicBoolean();
    private final long bornNanos;
    private volatile @Nullable Throwable failure;

    StartFacts(ServerFacts facts, Start.Cause cause, TimeSource time) {
        this.facts = facts;
        this.cause = ServerFacts.cause(cause);
        this.time = time;
        this.bornNanos = time.nanoTime();
    }

    void begins() {
        facts.begun(cause);
    }

    /** An end is told also where the clock fails, which is told as well. */
    private Duration took() {
        try {
            return Duration.ofNanos(time.nanoTime() - bornNanos);
        } catch (RuntimeException | Error defect) {
            facts.failed(defect);
            return Duration.ZERO;
        }
    }

    /** User code failed: with this the start ends, once what was done before is undone. */
    void failed(Throwable thrown) {
        failure = thrown;
    }

    /** The server runs. */
    void runs(long epoch) {
        if (!isTold.getAndSet(true)) {
            facts.tell(new ServerEvent.Started(facts.key(), facts.type(), cause, took(), epoch));
        }
    }

    /** The start has ended for its callers; nothing more is told of a server that runs. */
    void ended(Control.@Nullable Placed placed, @Nullable Throwable error) {
        if (isTold.getAndSet(true)) {
            return;
        }
        Throwable thrown = failure;
        if (placed instanceof Control.Elsewhere elsewhere) {
            facts.tell(new ServerEvent.StartedElsewhere(facts.key(), facts.type(), cause, took(), elsewhere.session()));
        } else if (thrown != null) {
            facts.tell(new ServerEvent.StartFailed(
                    facts.key(), facts.type(), cause, took(), ErrorCode.HANDLER_FAILED, thrown));
        } else if (error != null) {
            givenUp(ErrorCode.of(error), error);
        } else {
            // An end without a server, another node or an error is a defect; the pair of facts is kept all the same.
            givenUp(ErrorCode.of(OutcomeUnknownException.Reason.OWNER_LOST), new IllegalStateException("no end"));
        }
    }

    private void givenUp(ErrorCode code, Throwable error) {
        facts.tell(
                new ServerEvent.StartGivenUp(facts.key(), facts.type(), cause, took(), code, Thrown.messageOf(error)));
    }
}
