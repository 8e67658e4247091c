package io.durableserver.s3test;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Makes the store atomic: it compares an ETag first and writes then, and shows files of unfinished writes in listings.
 * Requests for one object run one after another, and a listing runs while nothing is written. Lock order: all, then key.
 */
final class KeyLocks {
    private static final int STRIPES = 1_024;

    private final ReadWriteLock all = new ReentrantReadWriteLock();
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    KeyLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** Something that may throw what it likes. */
    interface Action<E extends Exception> {
        void run() throws E;
    }

    <E extends Exception> void exclusive(Action<E> action) throws E {
        locked(all.writeLock(), action);
    }

    <E extends Exception> void onObject(String path, Action<E> action) throws E {
        Lock stripe = stripes[Math.floorMod(path.hashCode(), STRIPES)];
        locked(all.readLock(), () -> locked(stripe, action));
    }

    private static <E extends Exception> void locked(Lock lock, Action<E> action) throws E {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
