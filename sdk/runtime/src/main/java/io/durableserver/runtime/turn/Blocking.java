package io.durableserver.runtime.turn;

import io.durableserver.ConfigurationException;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.spi.Scheduler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rule where methods that wait may be called; elsewhere they are refused by name, with {@code NOT_ALLOWED_HERE}. */
public final class Blocking {
    private Blocking() {}

    /** The turn that would wait, or null outside of turns. */
    public static @Nullable Turn allowed(Scheduler scheduler, String method, String key) {
        if (!scheduler.canBlock()) {
            throw refusal("A simulation has no thread that could wait: use the asynchronous method", method, key);
        }
        outsideHooks(method, key);
        Turn turn = Turn.current();
        if (turn != null) {
            turn.mayAct();
        }
        return turn;
    }

    /** Refuses, in a turn, what waits for that turn itself. */
    public static void outsideTurns(String method) {
        outsideHooks(method, "");
        Turn turn = Turn.current();
        if (turn != null) {
            throw refusal("This method cannot be called inside a turn: it may wait for that turn", method, turn.key());
        }
    }

    private static void outsideHooks(String method, String key) {
        if (HotPath.isInside()) {
            throw refusal("This method waits, and a hook of RuntimeHooks must not", method, key);
        }
    }

    private static ConfigurationException refusal(String message, String method, String key) {
        return new ConfigurationException(
                ConfigurationException.Reason.NOT_ALLOWED_HERE, message, Map.of("key", key, "method", method));
    }
}
