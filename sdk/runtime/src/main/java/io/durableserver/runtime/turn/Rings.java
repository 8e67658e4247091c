package io.durableserver.runtime.turn;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Servers that would wait for each other for ever: refused where the ring would close, with {@code CALL_RING}. */
public final class Rings {
    private Rings() {}

    /**
     * Refuses to let a server wait for one that waits for it.
     *
     * @param key whom to wait for
     * @param chain the servers that would wait, outermost first
     */
    public static void check(String key, List<String> chain) {
        if (chain.contains(key)) {
            throw refusal("Servers wait for each other in a ring", key, chain);
        }
        checkLength(key, chain);
    }

    /**
     * As {@link #check}, for a request whose target may be in the chain because it need not wait for it, such as the start
     * of a server that runs.
     */
    public static void checkLength(String key, List<String> chain) {
        if (chain.size() >= Turn.MAX_CHAIN) {
            throw refusal("Too many servers wait for each other", key, chain);
        }
    }

    /** The error of a ring that was found. */
    public static NotAppliedException closed(String key, List<String> chain) {
        return refusal("Servers wait for each other in a ring", key, chain);
    }

    private static NotAppliedException refusal(String message, String key, List<String> chain) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("key", key);
        context.put("ring", String.join(" -> ", chain) + " -> " + key);
        context.put("bound", Turn.MAX_CHAIN);
        return new NotAppliedException(Reason.CALL_RING, message, context);
    }
}
