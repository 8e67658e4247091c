package io.durableserver.backend.mirror.base;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The two stores, as the mirror itself uses them. A defect of a store becomes a result like any other failure, since these
 * requests have no caller that an exception could reach.
 */
public final class StorePair {
    private final Backend source;
    private final Backend target;
    private final Duration timeout;

    public StorePair(Backend source, Backend target, Duration timeout) {
        this.source = source;
        this.target = target;
        this.timeout = timeout;
    }

    /** The refusal of one store as both. */
    public static ConfigurationException sameStore() {
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_OPTION,
                "A store cannot be mirrored to itself",
                Map.of(
                        "option",
                        "mirror.target",
                        "value",
                        "the same store as mirror.source",
                        "bound",
                        "another store"));
    }

    public Backend of(Side side) {
        return side == Side.SOURCE ? source : target;
    }

    public CompletableFuture<ReadResult> get(Side side, String key) {
        return guarded(
                () -> of(side).get(key, ReadMode.STRONG, timeout), defect -> new ReadResult.Failed(false, defect));
    }

    public CompletableFuture<WriteResult> create(Side side, String key, byte[] record) {
        return guarded(() -> of(side).create(key, record, timeout), WriteResult.Unknown::new);
    }

    public CompletableFuture<WriteResult> replace(Side side, String key, byte[] record, Version expected) {
        return guarded(() -> of(side).replace(key, record, expected, timeout), WriteResult.Unknown::new);
    }

    public CompletableFuture<WriteResult> delete(Side side, String key, Version expected) {
        return guarded(() -> of(side).delete(key, expected, timeout), WriteResult.Unknown::new);
    }

    /**
     * A page of a listing, each key once. Fails with {@link NotAppliedException}, also where the page cannot be one of this
     * listing: it has keys of another prefix, or leads back to itself.
     */
    public CompletableFuture<Backend.Page> list(Side side, PageRequest request) {
        CompletableFuture<Backend.Page> end = new CompletableFuture<>();
        try {
            var unused = of(side).list(request, timeout).whenComplete((page, failure) -> {
                Throwable why = failure == null ? Pages.defect(page, request) : Futures.unwrap(failure);
                if (why == null) {
                    end.complete(Pages.once(page));
                } else {
                    end.completeExceptionally(unavailable(side, "list", why));
                }
            });
        } catch (RuntimeException defect) {
            end.completeExceptionally(unavailable(side, "list", defect));
        }
        return end;
    }

    /** An error of one store, as the mirror reports it. */
    public NotAppliedException unavailable(Side side, String operation, Throwable cause) {
        return new NotAppliedException(
                NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                "A store of the mirror does not answer",
                Map.of("side", side.wireName(), "backend", of(side).name(), "operation", operation),
                cause);
    }

    public void close() {
        try {
            source.close();
        } finally {
            target.close();
        }
    }

    private static <T> CompletableFuture<T> guarded(Supplier<CompletionStage<T>> call, Function<Throwable, T> defect) {
        CompletableFuture<T> end = new CompletableFuture<>();
        try {
            var unused = call.get()
                    .whenComplete((result, failure) ->
                            end.complete(failure == null ? result : defect.apply(Futures.unwrap(failure))));
        } catch (RuntimeException thrown) {
            end.complete(defect.apply(thrown));
        }
        return end;
    }
}
