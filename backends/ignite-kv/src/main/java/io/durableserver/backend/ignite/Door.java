package io.durableserver.backend.ignite;

import java.lang.ref.WeakReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether records may be served: in the run of a cache, from one activation to the next, in which the newest copies were found to be
 * here. With a deactivation it is closed, also where that goes unnoticed until the cluster is active again: other nodes may be here then.
 * Thread-safe; does not block.
 */
final class Door {
    private static final WeakReference<@Nullable Object> NEVER = new WeakReference<>(null);

    private final Supplier<@Nullable Object> run;
    private volatile WeakReference<@Nullable Object> opened = NEVER;

    /** @param run the cache's run that is now, null where there is none */
    Door(Supplier<@Nullable Object> run) {
        this.run = run;
    }

    /** Another object after each activation; null where the cache is not used. */
    @Nullable
    Object run() {
        return run.get();
    }

    /** The newest copies were here in this run. */
    void open(Object in) {
        opened = new WeakReference<>(in);
    }

    boolean isOpen() {
        return isOpenIn(run());
    }

    /** Whether it is open, and it has been one run since that was the one. */
    boolean isOpenIn(@Nullable Object since) {
        return since != null && since == run() && since == opened.get();
    }
}
