package io.durableserver.runtime.testing;

import java.util.concurrent.atomic.AtomicInteger;

/** Throws once, the n-th time somebody steps on it. Thread-safe. */
public final class Trap {
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean sprung;
    private volatile Throwable last = new IllegalStateException("nowhere yet");
    private volatile boolean asError;

    /** From now on the n-th step, counted from 1, throws. */
    public void arm(int n) {
        asError = n % 2 == 0;
        sprung = false;
        steps.set(n);
    }

    /** Throws no more. */
    public void disarm() {
        steps.set(0);
    }

    /** Whether it has thrown since it was armed. */
    public boolean isSprung() {
        return sprung;
    }

    /** Where it has thrown last. */
    public Throwable last() {
        return last;
    }

    /** Throws if this is the step it was armed for: an exception or an error by turns. */
    public void step() {
        int before = steps.getAndUpdate(left -> Math.max(0, left - 1));
        if (before == 1) {
            sprung = true;
            last = new IllegalStateException("the trap sprang here");
            if (asError) {
                throw new AssertionError("a trap");
            }
            throw new IllegalStateException("a trap");
        }
    }

    /** As {@link #step}, when a class of this package is on the stack. */
    public void stepIn(String prefix) {
        if (steps.get() > 0
                && StackWalker.getInstance()
                        .walk(frames ->
                                frames.anyMatch(frame -> frame.getClassName().startsWith(prefix)))) {
            step();
        }
    }
}
