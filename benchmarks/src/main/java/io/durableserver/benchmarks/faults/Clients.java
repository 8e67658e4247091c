package io.durableserver.benchmarks.faults;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.faults.Operation.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One client per key: request after request with a pause in between, each told before it is sent and when it has ended. */
final class Clients {
    private static final long PAUSE_MILLIS = 100;
    /** Every how many requests one is a look. */
    private static final int LOOKS = 6;

    private static final long IDS_OF_A_LIFE = 10_000_000;

    private final NodePlan plan;
    private final DurableServers servers;
    private final Consumer<Operation> told;
    private final CallOptions options;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "clients");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean stopped;

    Clients(NodePlan plan, DurableServers servers, Consumer<Operation> told) {
        this.plan = plan;
        this.servers = servers;
        this.told = told;
        this.options = CallOptions.timeout(plan.callTimeout());
    }

    void start(List<String> keys) {
        for (String key : keys) {
            running.incrementAndGet();
            threads.execute(() -> next(key));
        }
    }

    /** No request begins any more; false while some have not ended. */
    boolean stop() {
        stopped = true;
        return running.get() == 0;
    }

    private void next(String key) {
        if (stopped) {
            running.decrementAndGet();
            return;
        }
        int count = number.incrementAndGet();
        Kind kind = count % LOOKS == 0 ? Kind.LOOK : Kind.APPEND;
        long id = plan.life() * IDS_OF_A_LIFE + count;
        Operation operation = Operation.begin(plan.index(), kind, id, key, System.nanoTime());
        told.accept(operation);
        send(operation).whenComplete((done, failure) -> {
            told.accept(failure == null ? done : failed(operation, failure));
            var unused = threads.schedule(() -> next(key), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    private CompletionStage<Operation> send(Operation operation) {
        try {
            // A node that is starting has no references yet.
            ServerRef ref = servers.ref(Appending.TYPE, operation.key());
            return operation.kind() == Kind.APPEND
                    ? ref.callAsync(new Appending.Append(operation.id()), options)
                            .thenApply(position -> operation.acknowledged(System.nanoTime(), position, 0))
                    : ref.callAsync(new Appending.Look(), options)
                            .thenApply(tail -> operation.acknowledged(System.nanoTime(), tail.size(), tail.last()));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static Operation failed(Operation operation, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        String reason = cause instanceof DurableServerException known
                ? known.code()
                : cause.getClass().getSimpleName();
        return operation.failed(
                System.nanoTime(), cause instanceof NotAppliedException ? End.NOT_APPLIED : End.UNKNOWN, reason);
    }
}
