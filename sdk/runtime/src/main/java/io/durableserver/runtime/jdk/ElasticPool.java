package io.durableserver.runtime.jdk;

import io.durableserver.spi.Scheduler;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpmcUnboundedXaddArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool for tasks that mostly take microseconds and now and then block. A few lively threads run what is queued, many
 * tasks to a wake-up. A thread that waits in the same task from one look of the {@link PoolWatch} to the next counts as held
 * up, and so does one that stays in it for some more looks, whatever holds it: another one takes its place, up to
 * the maximum. Tasks begin in their order.
 */
final class ElasticPool implements Pool, PoolWatch.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(ElasticPool.class);
    private static final int CHUNK = 1_024;
    /**
     * Looks for which a thread may stay in a task without waiting, as the JVM tells it. It may be waiting for a processor, and
     * a further thread would only take it away from yet another one; or it is in native code, where that cannot be seen.
     */
    private static final int PATIENCE = 16;

    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long TOLD_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MpmcUnboundedXaddArrayQueue<Runnable> queue = new MpmcUnboundedXaddArrayQueue<>(CHUNK);
    private final String name;
    private final int maximum;
    private final boolean refusesWhenClosed;
    private final PoolWatch watch;
    private final PoolWatch.Request looks;
    private final Growth growth;
    /** A thread was woken and has not looked into the queue yet. */
    private final AtomicBoolean standby = new AtomicBoolean();
    /** Threads that look for tasks or run one, without those that are held up. */
    private final AtomicInteger moving = new AtomicInteger();

    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private int named;
    private final AtomicLong toldNoThread = new AtomicLong(System.nanoTime() - TOLD_AGAIN_NANOS);
    private volatile boolean closed;

    /** A pool that looks for threads of its own accord; {@code lively} of them run while none is held up. */
    ElasticPool(String name, int lively, int maximum, boolean refusesWhenClosed, PoolWatch watch) {
        this.name = name;
        this.maximum = maximum;
        this.refusesWhenClosed = refusesWhenClosed;
        this.watch = watch;
        this.looks = watch.request(this);
        this.growth = new Growth(lively, maximum);
    }

    /**
     * Queues a task.
     *
     * @throws RejectedExecutionException when the pool is closed, unless it is one that still serves then
     */
    @Override
    public void execute(Runnable task) {
        if (closed && refusesWhenClosed) {
            throw new RejectedExecutionException(name + " is closed");
        }
        queue.offer(task);
        if (!standby.get()) {
            callUp();
        }
    }

    /** Something is queued: one more thread comes, or the watch looks whether the ones there are held up. */
    private void callUp() {
        if (moving.get() >= growth.wanted() && !watch.isOver()) {
            looks.ask();
        } else if (standby.compareAndSet(false, true)) {
            moving.incrementAndGet();
            boolean comes = false;
            try {
                comes = bring();
            } finally {
                // Also when the stack or the heap of the queueing thread ends here: the pool must not wait for a task
                // that never comes.
                if (!comes) {
                    moving.decrementAndGet();
                    standby.set(false);
                    looks.ask();
                }
            }
        }
    }

    /** Wakes an idle thread or makes one; false when all there may be are busy. */
    private boolean bring() {
        Worker resting;
        Worker fresh = null;
        synchronized (this) {
            resting = idle.pollFirst();
            if (resting != null) {
                resting.called = true;
            } else if (workers.size() < maximum) {
                fresh = new Worker(name + "-" + named++);
                workers.add(fresh);
            }
        }
        if (resting != null) {
            LockSupport.unpark(resting.thread);
            return true;
        }
        return fresh != null && started(fresh);
    }

    private boolean started(Worker worker) {
        try {
            worker.thread.start();
            return true;
        } catch (OutOfMemoryError noThread) {
            workers.remove(worker);
            long now = System.nanoTime();
            long told = toldNoThread.get();
            // Each look of the watch may come here.
            if (now - told >= TOLD_AGAIN_NANOS && toldNoThread.compareAndSet(told, now)) {
                LOG.error("{}: no more threads can be made; {} tasks wait", name, queue.size(), noThread);
            }
            return false;
        }
    }

    @Override
    public boolean look(long elapsedNanos) {
        boolean waiting = !queue.isEmpty();
        int parked = 0;
        if (waiting) {
            for (Worker worker : workers) {
                parked += worker.look() ? 1 : 0;
            }
        }
        boolean again = growth.look(elapsedNanos, waiting, queue.currentConsumerIndex(), parked);
        if (waiting && !standby.get() && moving.get() < growth.wanted()) {
            callUp();
        }
        return again;
    }

    @Override
    public Scheduler.PoolUse use(String named) {
        int threads;
        int busy;
        synchronized (this) {
            threads = workers.size();
            busy = Math.max(0, threads - idle.size());
        }
        return new Scheduler.PoolUse(named, threads, maximum, busy, queue.size());
    }

    /** Threads there are. */
    int threads() {
        return workers.size();
    }

    /** Takes no more, unless it still serves; ends its threads when they have run what is queued. */
    void close() {
        List<Worker> resting;
        synchronized (this) {
            closed = true;
            resting = List.copyOf(idle);
            resting.forEach(worker -> worker.called = true);
            idle.clear();
        }
        moving.addAndGet(resting.size());
        resting.forEach(worker -> LockSupport.unpark(worker.thread));
    }

    /** A thread of the pool. Its state is the number of its task times four, plus one of the three below. */
    private final class Worker implements Runnable {
        private static final long AT_REST = 0;
        private static final long IN_TASK = 1;
        private static final long HELD_UP = 2;
        private static final long NEXT = 4;

        private final AtomicLong state = new AtomicLong();
        private final Thread thread;
        /** Taken out of the idle ones. */
        private volatile boolean called;
        /** The state at the last look, and how many looks have seen the same; the watch only. */
        private long seen;

        private int looks;

        Worker(String name) {
            this.thread = Threads.daemon(this, name);
        }

        @Override
        public void run() {
            do {
                standby.set(false);
                runQueued();
            } while (rest());
        }

        /** Runs what is queued, while this thread is wanted; then it does not count as moving any more. */
        private void runQueued() {
            for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
                if (!standby.get() && !queue.isEmpty()) {
                    callUp();
                }
                run(task);
                int now = moving.get();
                if (now > growth.wanted() && moving.compareAndSet(now, now - 1)) {
                    return;
                }
            }
            moving.decrementAndGet();
        }

        private void run(Runnable task) {
            long mine = (state.get() & -NEXT) + NEXT;
            state.lazySet(mine | IN_TASK);
            try {
                task.run();
            } catch (Throwable defect) {
                LOG.error("Uncaught on {}", thread.getName(), defect);
            }
            Thread.interrupted(); // what a task left behind is not for the next one
            if (!state.compareAndSet(mine | IN_TASK, mine | AT_REST)) {
                state.set(mine | AT_REST);
                moving.incrementAndGet();
            }
        }

        /** Whether it waits in the middle of a task; in the same one as before, it is held up. */
        boolean look() {
            long now = state.get();
            boolean parked = (now & (NEXT - 1)) != AT_REST && isParked();
            looks = now == seen ? looks + 1 : 0;
            seen = now;
            if ((now & (NEXT - 1)) == IN_TASK
                    && (looks >= PATIENCE || (looks > 0 && parked))
                    && state.compareAndSet(now, now - IN_TASK + HELD_UP)) {
                moving.decrementAndGet();
            }
            return parked;
        }

        private boolean isParked() {
            return switch (thread.getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> true;
                case NEW, RUNNABLE, TERMINATED -> false;
            };
        }

        /** Waits to be called; false when the thread ends. */
        private boolean rest() {
            called = false;
            boolean ends;
            synchronized (ElasticPool.this) {
                ends = closed;
                if (ends) {
                    workers.remove(this);
                } else {
                    idle.addFirst(this);
                }
            }
            // A task that was queued meanwhile may have counted on this thread.
            if (!queue.isEmpty() && !standby.get()) {
                callUp();
            }
            return !ends && awaitCall();
        }

        private boolean awaitCall() {
            long end = System.nanoTime() + KEEP_ALIVE_NANOS;
            while (!called) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    synchronized (ElasticPool.this) {
                        if (idle.remove(this)) {
                            workers.remove(this);
                            return false;
                        }
                    }
                } else {
                    LockSupport.parkNanos(ElasticPool.this, left);
                    Thread.interrupted();
                }
            }
            return true;
        }
    }
}
