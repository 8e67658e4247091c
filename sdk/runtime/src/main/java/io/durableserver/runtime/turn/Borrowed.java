package io.durableserver.runtime.turn;

import org.jspecify.annotations.Nullable;

/**
 * The thread that user code is lent: with no interrupt pending, and with the class loader of its type as the context class
 * loader. What user code leaves behind of either is taken away when the thread is given back.
 *
 * <p>A turn in place borrows the thread of a caller. An interrupt of that caller before the turn, or while it runs, is kept
 * for the caller and set again after the turn. A handler that looks for interrupts while it runs can see one of its caller,
 * and one that sets the flag itself sets it for its caller: the two cannot be told apart.
 */
public final class Borrowed {
    private static final ThreadLocal<@Nullable Borrowed> OF_A_CALLER = new ThreadLocal<>();

    private final Thread thread = Thread.currentThread();
    private final @Nullable ClassLoader before = thread.getContextClassLoader();
    /** The entry of the same thread before this one, when user code that runs in place brings more of it in. */
    private @Nullable Borrowed outer;
    /** For the caller, when the thread is given back. */
    private boolean interrupted;

    private Borrowed(ClassLoader loader) {
        if (before != loader) {
            thread.setContextClassLoader(loader);
        }
    }

    /** The class loader that code of this class expects as the context class loader. */
    static ClassLoader loaderOf(Class<?> type) {
        ClassLoader own = type.getClassLoader();
        return own == null ? ClassLoader.getSystemClassLoader() : own;
    }

    /** This thread, for one entry into user code of a type with this class loader. */
    public static Borrowed forEntry(ClassLoader loader) {
        Borrowed borrowed = new Borrowed(loader);
        clearInterrupt();
        return borrowed;
    }

    /** Gives it back after an entry into user code. */
    public void endEntry() {
        clearInterrupt();
        restoreLoader();
    }

    /** This thread of a caller, for turns in place, and for what of user code a request needs before it leaves. */
    public static Borrowed fromCaller(ClassLoader loader) {
        Borrowed borrowed = new Borrowed(loader);
        borrowed.interrupted = Thread.interrupted();
        borrowed.outer = OF_A_CALLER.get();
        OF_A_CALLER.set(borrowed);
        return borrowed;
    }

    /** Gives it back to its caller, with the interrupts that were meant for it. */
    public void toCaller() {
        if (outer == null) {
            OF_A_CALLER.remove();
        } else {
            OF_A_CALLER.set(outer);
        }
        restoreLoader();
        if (interrupted) {
            thread.interrupt();
        }
    }

    private void restoreLoader() {
        if (thread.getContextClassLoader() != before) {
            thread.setContextClassLoader(before);
        }
    }

    private static void clearInterrupt() {
        if (Thread.interrupted()) {
            Borrowed caller = OF_A_CALLER.get();
            if (caller != null) {
                caller.interrupted = true;
            }
        }
    }
}
