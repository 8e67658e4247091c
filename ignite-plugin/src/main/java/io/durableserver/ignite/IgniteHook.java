package io.durableserver.ignite;

import java.util.function.Supplier;
import org.apache.ignite.IgniteSystemProperties;
import org.jspecify.annotations.Nullable;

/**
 * Starts Ignite without the shutdown hook it would install, which stops the node beside whatever the application does at that
 * moment. Ignite has no option for that but a system property, read at the end of each start: it is set while a start of ours is
 * under way, and then is what it was.
 */
final class IgniteHook {
    private static int starting;
    private static @Nullable String before;

    private IgniteHook() {}

    static <T> T without(Supplier<T> start) {
        enter();
        try {
            return start.get();
        } finally {
            leave();
        }
    }

    private static synchronized void enter() {
        if (starting++ == 0) {
            before = System.getProperty(IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK);
            System.setProperty(IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK, "true");
        }
    }

    private static synchronized void leave() {
        if (--starting == 0) {
            if (before == null) {
                System.clearProperty(IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK);
            } else {
                System.setProperty(IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK, before);
            }
        }
    }
}
