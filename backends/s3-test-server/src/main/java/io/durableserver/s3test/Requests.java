package io.durableserver.s3test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts the requests of a server. Thread-safe. */
public final class Requests {
    private final Map<Operation, LongAdder> byOperation =
            Stream.of(Operation.values()).collect(Collectors.toUnmodifiableMap(one -> one, one -> new LongAdder()));
    private final LongAdder notModified = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final List<Consumer<SeenRequest>> listeners = new CopyOnWriteArrayList<>();

    Requests() {}

    /** What was counted so far. A request counts when it arrives, its bytes and 304 before its answer is complete. */
    public Counts counts() {
        return new Counts(
                of(Operation.GET),
                notModified.sum(),
                of(Operation.HEAD),
                of(Operation.PUT),
                of(Operation.DELETE),
                of(Operation.LIST),
                of(Operation.OTHER),
                bytesIn.sum(),
                bytesOut.sum());
    }

    /** Calls the listener with every request from now on, on the thread that serves it. */
    public void onRequest(Consumer<SeenRequest> listener) {
        listeners.add(listener);
    }

    void arrived(SeenRequest request, long bodyBytes) {
        byOperation.getOrDefault(request.operation(), new LongAdder()).increment();
        bytesIn.add(Math.max(0, bodyBytes));
        listeners.forEach(listener -> listener.accept(request));
    }

    void answeredNotModified() {
        notModified.increment();
    }

    void sent(long bytes) {
        bytesOut.add(bytes);
    }

    private long of(Operation operation) {
        return byOperation.getOrDefault(operation, new LongAdder()).sum();
    }
}
