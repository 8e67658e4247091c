package io.durableserver.backend.ignite;

import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.cache.processor.EntryProcessorResult;
import org.apache.ignite.lang.IgniteFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands writes to Ignite, together or alone, and ends each with what is known about it. When writes fail together, one may
 * have failed for all: each that this leaves open is tried again alone.
 */
final class WriteSender {
    private final RecordCache cache;
    private final Outcomes outcomes;
    private final Executor threads;
    private final Executor internal;

    WriteSender(RecordCache cache, Outcomes outcomes, Executor threads, Executor internal) {
        this.cache = cache;
        this.outcomes = outcomes;
        this.threads = threads;
        this.internal = internal;
    }

    /**
     * Sends writes of different keys, in the order of the keys. Blocks while the cluster changes its state, and where this
     * node has the primary copies. {@code ended} runs once, on any thread, when Ignite is through with them.
     */
    void send(Collection<WriteRequest> writes, Runnable ended) {
        if (!doorOpen(writes)) {
            ended.run();
            return;
        }
        List<WriteRequest> begun = writes.stream().filter(Request::begin).toList();
        if (begun.size() > 1) {
            together(begun, ended);
        } else if (begun.size() == 1) {
            alone(begun.get(0), ended);
        } else {
            ended.run();
        }
    }

    /** Ends writes that were not sent, since the backend is closed. */
    void refuse(Collection<WriteRequest> writes) {
        internal.execute(() -> writes.stream().filter(Request::begin).forEach(WriteRequest::refused));
    }

    /**
     * Inside of Ignite's own door a write would hang until the next activation, with an unknown outcome. Its time may run
     * out here: then it was never sent.
     */
    private boolean doorOpen(Collection<WriteRequest> writes) {
        try {
            cache.checkWritable();
            return true;
        } catch (RuntimeException closed) {
            internal.execute(() -> writes.stream().filter(Request::begin).forEach(write -> write.thrown(closed)));
            return false;
        }
    }

    private void alone(WriteRequest write, Runnable ended) {
        IgniteFuture<Boolean> future;
        try {
            future = cache.get().invokeAsync(write.key(), CompareAndSet.INSTANCE, write.expected(), write.value());
        } catch (RuntimeException failure) {
            ended.run();
            internal.execute(() -> write.thrown(failure));
            return;
        }
        future.listen(done -> {
            ended.run();
            // Continuations of callers must never run on Ignite's threads.
            internal.execute(() -> finish(write, done));
        });
    }

    private static void finish(WriteRequest write, IgniteFuture<Boolean> future) {
        boolean applied;
        try {
            applied = future.get();
        } catch (RuntimeException failure) {
            write.failed(failure);
            return;
        }
        write.answered(applied);
    }

    private void together(List<WriteRequest> writes, Runnable ended) {
        Set<String> keys = new TreeSet<>();
        writes.forEach(write -> keys.add(write.key()));
        IgniteFuture<Map<String, EntryProcessorResult<Boolean>>> future;
        try {
            future = cache.get().invokeAllAsync(keys, CompareAndSetAll.INSTANCE, CompareAndSetAll.arguments(writes));
        } catch (RuntimeException failure) {
            ended.run();
            again(writes);
            return;
        }
        // Refused before this method returned: when the writes were mapped to nodes, before one was sent.
        boolean atOnce = future.isDone();
        future.listen(done -> {
            ended.run();
            internal.execute(() -> finish(writes, done, atOnce));
        });
    }

    private void finish(
            List<WriteRequest> writes,
            IgniteFuture<Map<String, EntryProcessorResult<Boolean>>> future,
            boolean atOnce) {
        Map<String, EntryProcessorResult<Boolean>> answers;
        try {
            answers = future.get();
        } catch (RuntimeException failure) {
            apart(writes, failure, atOnce);
            return;
        }
        for (WriteRequest write : writes) {
            finish(write, answers.get(write.key()));
        }
    }

    private static void finish(WriteRequest write, @Nullable EntryProcessorResult<Boolean> answer) {
        if (answer == null) {
            write.lost();
            return;
        }
        boolean applied;
        try {
            applied = answer.get();
        } catch (RuntimeException failure) {
            write.failed(failure);
            return;
        }
        write.answered(applied);
    }

    /**
     * Some writes failed, and with the failure Ignite drops the answers to the others. What was refused may have been
     * refused for one of them, as for a lost partition; unless that was at once, some may have been sent before, as the
     * writes can belong to several nodes when these just changed.
     */
    private void apart(List<WriteRequest> writes, RuntimeException failure, boolean atOnce) {
        boolean refused = outcomes.failedWrite(failure) instanceof WriteResult.NotApplied;
        Collection<?> failed = Outcomes.failedKeys(failure);
        List<WriteRequest> open = new ArrayList<>();
        for (WriteRequest write : writes) {
            boolean answerDropped = !failed.isEmpty() && !failed.contains(write.key());
            if (write.abandoned() || !(refused || answerDropped)) {
                write.failed(failure);
                continue;
            }
            if (!(refused && atOnce)) {
                write.inDoubt();
            }
            open.add(write);
        }
        again(open);
    }

    private void again(List<WriteRequest> writes) {
        try {
            threads.execute(() -> writes.forEach(this::againAlone));
        } catch (RejectedExecutionException closed) {
            internal.execute(() -> writes.forEach(WriteRequest::refused));
        }
    }

    private void againAlone(WriteRequest write) {
        try {
            cache.checkWritable();
        } catch (RuntimeException closed) {
            internal.execute(() -> write.thrown(closed));
            return;
        }
        alone(write, WriteSender::nothing);
    }

    /** What a write leaves open that is alone: it is in no lane. */
    private static void nothing() {}
}
