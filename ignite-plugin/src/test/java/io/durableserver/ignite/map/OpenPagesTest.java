package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.SharedMap.Page;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class OpenPagesTest {
    private static final Page PAGE = new Page(List.of(), Optional.empty());
    private static final UnaryOperator<RuntimeException> AS_IT_IS = UnaryOperator.identity();

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private final OpenPages pages = new OpenPages("The map", tasks::add, ends::add);

    private CompletableFuture<Page> open(Supplier<Page> read) {
        return pages.open(read, AS_IT_IS).toCompletableFuture();
    }

    @Test
    void aPageEndsOnTheScheduler() {
        CompletableFuture<Page> page = open(() -> PAGE);
        CompletableFuture<Page> failed = open(() -> {
            throw new IllegalStateException("on purpose");
        });
        tasks.forEach(Runnable::run);
        assertThat(page).isNotDone();
        assertThat(failed).isNotDone();
        ends.forEach(Runnable::run);
        assertThat(page).isCompletedWithValue(PAGE);
        assertThatThrownBy(failed::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anErrorEndsAPageToo() {
        CompletableFuture<Page> page = open(() -> {
            throw new StackOverflowError("on purpose");
        });
        tasks.remove().run();
        ends.remove().run();
        assertThatThrownBy(page::join).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void whatNobodyReadsAnyMoreEndsWhenTheMapIsClosed() {
        CompletableFuture<Page> queued = open(() -> PAGE);
        pages.close();
        CompletableFuture<Page> late = open(() -> PAGE);
        ends.forEach(Runnable::run);
        assertThatThrownBy(queued::join).hasCauseInstanceOf(MapUnavailableException.class);
        assertThatThrownBy(late::join).hasCauseInstanceOf(MapUnavailableException.class);
    }

    @Test
    void whatNoThreadTakesWasNotRead() {
        for (Throwable why : List.of(new RejectedExecutionException(), new OutOfMemoryError("on purpose"))) {
            OpenPages refused = new OpenPages("The map", task -> sneaky(why), Runnable::run);
            CompletableFuture<Page> page = refused.open(() -> PAGE, AS_IT_IS).toCompletableFuture();
            assertThatThrownBy(page::join).hasCauseInstanceOf(MapUnavailableException.class);
        }
    }

    private static void sneaky(Throwable why) {
        if (why instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) why;
    }
}
