package io.durableserver.ignite.start;

import java.util.function.Supplier;
import org.apache.ignite.IgniteSystemProperties;
import org.jspecify.annotations.Nullable;

/**
 * Starts Ignite without what it would do to the application's process: the shutdown hook, which stops the node beside whatever the
 * application does at that moment, and a dump of all threads into the log at each failure. Ignite has no options for them but system
 * properties, read during each start: they are set while a start of ours is under way, and then are what they were.
 */
public final class IgniteHook {
    private static final String HOOK = IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK;
    private static final String DUMPS = IgniteSystemProperties.IGNITE_DUMP_THREADS_ON_FAILURE;

    private static int starting;
    private static @Nullable String hookBefore;
    private static @Nullable String dumpsBefore;

    private IgniteHook() {}

    public static <T> T without(Supplier<T> start) {
        enter();
        try {
            return start.get();
        } finally {
            leave();
        }
    }

    private static synchronized void enter() {
        if (starting++ == 0) {
            hookBefore = System.getProperty(HOOK);
            dumpsBefore = System.getProperty(DUMPS);
            System.setProperty(HOOK, "true");
            if (dumpsBefore == null) {
                System.setProperty(DUMPS, "false");
            }
        }
    }

    private static synchronized void leave() {
        if (--starting == 0) {
            restore(HOOK, hookBefore);
            restore(DUMPS, dumpsBefore);
        }
    }

    private static void restore(String property, @Nullable String before) {
        if (before == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, before);
        }
    }
}
