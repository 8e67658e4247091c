package io.durableserver.runtime.jdk;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks after the pools of a scheduler: every millisecond while one asks for it. Else it sleeps, or comes
 * by now and then where a pool cannot know when to ask.
 */
final class PoolWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolWatch.class);
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What is looked after. */
    interface Watched {
        /**
         * Looks once; on the watch's thread.
         *
         * @param elapsedNanos since the look before, or since it was asked for
         * @return whether to look again
         */
        boolean look(long elapsedNanos);
    }

    /** A request for looks, made once per pool and used again. */
    static final class Request {
        private final PoolWatch watch;
        private final Watched watched;
        private volatile boolean open;

        private Request(PoolWatch watch, Watched watched) {
            this.watch = watch;
            this.watched = watched;
        }

        /** Asks for looks, until one says that it was the last; any thread, cheap when asked before. */
        void ask() {
            if (!open) {
                open = true;
                watch.wake();
            }
        }
    }

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;
    private volatile boolean over;
    private volatile boolean rounds;

    PoolWatch(String name) {
        thread = Threads.daemon(this, name);
    }

    void start() {
        thread.start();
    }

    /** A way to ask for looks. */
    Request request(Watched watched) {
        Request request = new Request(this, watched);
        requests.add(request);
        return request;
    }

    /** Looks now and then, unasked. */
    void always(Watched watched) {
        Request request = request(watched);
        request.open = true;
        rounds = true;
    }

    private void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** No more looks: pools have to do without. */
    boolean isOver() {
        return over;
    }

    @Override
    public void run() {
        long last = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            boolean again = false;
            for (Request request : requests) {
                again |= look(request, now - last);
            }
            last = now;
            if (again) {
                LockSupport.parkNanos(this, TICK_NANOS);
            } else if (closed) {
                over = true;
                return;
            } else {
                sleep();
                last = System.nanoTime();
            }
        }
    }

    private static boolean look(Request request, long elapsed) {
        if (!request.open) {
            return false;
        }
        request.open = false;
        try {
            if (request.watched.look(elapsed)) {
                request.open = true;
                return true;
            }
        } catch (RuntimeException | Error failure) {
            // The only thread that replaces those that are held up: it must not end.
            LOG.error("A look at a pool failed", failure);
            request.open = !(failure instanceof RejectedExecutionException);
        }
        // A request that came during this look was heard, or has set it again.
        return request.open;
    }

    private void sleep() {
        asleep = true;
        while (asleep && !closed) {
            if (requests.stream().anyMatch(request -> request.open)) {
                break;
            }
            if (rounds) {
                LockSupport.parkNanos(this, ROUND_NANOS);
                requests.forEach(request -> request.open = true);
            } else {
                LockSupport.park(this);
            }
        }
        asleep = false;
    }

    /** Ends when the pools are quiet. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
