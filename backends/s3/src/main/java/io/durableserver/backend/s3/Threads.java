package io.durableserver.backend.s3;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one backend: one for each request under way, a few for what takes longer (opening, listing), so that a
 * listing of many keys never holds up a write, and a few for finding credentials, which may block for ever. Their queues are bounded by the backend's requests in flight.
 */
final class Threads {
    static final int BLOCKING = 4;

    private final ThreadPoolExecutor requests;
    private final ThreadPoolExecutor blocking;
    private final ThreadPoolExecutor credentials;

    Threads(String owner, int connections) {
        this.requests = pool("durable-s3-" + owner, connections);
        this.blocking = pool("durable-s3-list-" + owner, BLOCKING);
        this.credentials = pool("durable-s3-credentials-" + owner, CredentialsCalls.THREADS);
    }

    Executor requests() {
        return requests;
    }

    Executor blocking() {
        return blocking;
    }

    Executor credentials() {
        return credentials;
    }

    /** Takes nothing more; what is queued still runs. A provider of credentials that blocks is interrupted. */
    void close() {
        requests.shutdown();
        blocking.shutdown();
        credentials.shutdownNow();
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
