package io.durableserver.runtime.lifecycle;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a backend whether it is ready, again and again until it is. */
record StoreOpening(Backend backend, Scheduler scheduler, String prefix, Facts facts) {
    private static final Duration RETRY = Duration.ofSeconds(1);

    /**
     * Begins to ask.
     *
     * @param wanted whether a failure is of interest, and it is to be asked again
     * @param told is told each time: of the failure, or of null when it is ready
     */
    void open(BooleanSupplier wanted, Consumer<@Nullable Throwable> told) {
        open(wanted, told, false);
    }

    private void open(BooleanSupplier wanted, Consumer<@Nullable Throwable> told, boolean failed) {
        // Not whenComplete: the stage it makes asks the failure for its text, on this thread.
        var unused = ready().handle((ready, failure) -> {
            if (failure == null) {
                if (failed) {
                    facts.tell(new NodeEvent.StoreReady(prefix));
                }
                told.accept(null);
            } else if (wanted.getAsBoolean()) {
                Throwable cause = Causes.of(failure);
                told.accept(cause);
                facts.tell(new NodeEvent.StoreUnavailable(
                        prefix,
                        ErrorCode.of(cause),
                        String.valueOf(Thrown.of(cause).getMessage())));
                scheduler.schedule(RETRY, () -> open(wanted, told, true));
            }
            return true;
        });
    }

    /** A backend must not throw; when it does all the same, it is asked again. */
    private CompletionStage<Void> ready() {
        try {
            return Objects.requireNonNull(backend.ready(), "the backend answered with nothing");
        } catch (RuntimeException | Error defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }
}
