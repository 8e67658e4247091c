package io.durableserver.ignite.map;

import io.durableserver.ignite.base.IgniteStages;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.SharedMap.Page;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Pages that are being read. Each stage ends, on the scheduler, whatever becomes of the threads that read. */
final class OpenPages implements AutoCloseable {
    /** One page; compared by identity. */
    private static final class Reading {
        private final CompletableFuture<Page> end = new CompletableFuture<>();
    }

    private final String map;
    private final Executor threads;
    private final Executor ends;
    private final Set<Reading> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * None yet.
     *
     * @param threads read, which blocks; ended by the caller before this is closed
     * @param ends completes the stages
     */
    OpenPages(String map, Executor threads, Executor ends) {
        this.map = map;
        this.threads = threads;
        this.ends = ends;
    }

    /**
     * Reads a page.
     *
     * @param read reads; a cursor that is none is an {@link IllegalArgumentException}
     * @param failed what another failure is to the reader
     */
    CompletionStage<Page> open(Supplier<Page> read, UnaryOperator<RuntimeException> failed) {
        Reading reading = new Reading();
        open.add(reading);
        try {
            threads.execute(() -> read(read, failed, reading));
        } catch (RejectedExecutionException ended) {
            fail(reading, closed(ended));
        } catch (RuntimeException | Error noThread) {
            fail(reading, new MapUnavailableException(map + " has no thread to read a page", noThread));
        }
        if (closed) {
            fail(reading, closed(null));
        }
        return reading.end;
    }

    private void read(Supplier<Page> read, UnaryOperator<RuntimeException> failed, Reading reading) {
        try {
            Page page = read.get();
            open.remove(reading);
            IgniteStages.hop(ends, () -> reading.end.complete(page));
        } catch (IllegalArgumentException badCursor) {
            fail(reading, badCursor);
        } catch (RuntimeException e) {
            fail(reading, closed ? closed(e) : failed.apply(e));
        } catch (Error e) {
            fail(reading, e);
        }
    }

    private void fail(Reading reading, Throwable why) {
        open.remove(reading);
        IgniteStages.hop(ends, () -> reading.end.completeExceptionally(why));
    }

    private MapUnavailableException closed(@Nullable Throwable cause) {
        return new MapUnavailableException(map + " is closed", cause);
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(reading -> fail(reading, closed(null)));
    }
}
