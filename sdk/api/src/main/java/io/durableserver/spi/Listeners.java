package io.durableserver.spi;

import io.durableserver.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A list of listeners, for those who implement a cluster. Each registration is one of its own, also when
 * the same listener is given twice, and one that throws keeps no other from being told. Thread-safe.
 *
 * @param <L> what a listener is
 */
public final class Listeners<L> {
    /** Compared by identity. */
    private static final class Registered<L> {
        private final L listener;

        Registered(L listener) {
            this.listener = listener;
        }
    }

    private final List<Registered<L>> registered = new CopyOnWriteArrayList<>();
    private final Consumer<Throwable> failed;

    /**
     * An empty list.
     *
     * @param failed is told what listeners throw
     */
    public Listeners(Consumer<Throwable> failed) {
        this.failed = failed;
    }

    /** One more; told until the registration is closed. */
    public Registration add(L listener) {
        Registered<L> own = new Registered<>(listener);
        registered.add(own);
        return () -> registered.remove(own);
    }

    /** Calls all, in the order in which they came. */
    public void tell(Consumer<? super L> call) {
        for (Registered<L> each : registered) {
            try {
                call.accept(each.listener);
            } catch (RuntimeException | Error thrown) {
                failed.accept(thrown);
            }
        }
    }

    public boolean isEmpty() {
        return registered.isEmpty();
    }

    /** Removes all listeners. */
    public void clear() {
        registered.clear();
    }
}
