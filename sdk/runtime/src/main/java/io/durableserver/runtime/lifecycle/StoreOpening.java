package io.durableserver.runtime.lifecycle;

import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a backend whether it is ready, again and again until it is. */
record StoreOpening(Backend backend, Scheduler scheduler, String prefix) {
    private static final Logger LOG = LoggerFactory.getLogger(StoreOpening.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /**
     * Begins to ask.
     *
     * @param wanted whether a failure is of interest, and it is to be asked again
     * @param told is told each time: of the failure, or of null when it is ready
     */
    void open(BooleanSupplier wanted, Consumer<@Nullable Throwable> told) {
        // Not whenComplete: the stage it makes asks the failure for its text, on this thread.
        var unused = ready().handle((ready, failure) -> {
            if (failure == null) {
                told.accept(null);
            } else if (wanted.getAsBoolean()) {
                Throwable cause = Causes.of(failure);
                told.accept(cause);
                LOG.warn(
                        "The store of {} is not ready: {}",
                        prefix,
                        Thrown.of(cause).getMessage());
                scheduler.schedule(RETRY, () -> open(wanted, told));
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
