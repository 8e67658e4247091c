package io.durableserver.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.ServerEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The facts of servers that come in pairs: each beginning has one end, and the next comes after it. */
public final class FactPairs {
    private static final Set<Class<?>> ENDS_OF_STARTS = Set.of(
            ServerEvent.Started.class,
            ServerEvent.StartedElsewhere.class,
            ServerEvent.StartGivenUp.class,
            ServerEvent.StartFailed.class);
    private static final Set<Class<?>> ENDS_OF_SERVERS = Set.of(
            ServerEvent.Stopped.class,
            ServerEvent.Aborted.class,
            ServerEvent.Fenced.class,
            ServerEvent.FencedUnsaved.class,
            ServerEvent.StateLost.class);

    private enum Where {
        NOWHERE,
        STARTING,
        RUNNING
    }

    private FactPairs() {}

    /** Looks at what one node told from its beginning to its end. */
    public static void assertComplete(List<RuntimeEvent> told) {
        Map<String, Where> servers = new HashMap<>();
        for (RuntimeEvent event : told) {
            if (event instanceof ServerEvent server) {
                Where before = servers.getOrDefault(server.key(), Where.NOWHERE);
                servers.put(server.key(), after(before, server));
            }
        }
        assertThat(servers)
                .as("begun, and not ended")
                .allSatisfy((key, where) -> assertThat(where).isEqualTo(Where.NOWHERE));
    }

    private static Where after(Where before, ServerEvent event) {
        if (event instanceof ServerEvent.StartBegun) {
            assertThat(before).as("before %s", event).isEqualTo(Where.NOWHERE);
            return Where.STARTING;
        }
        if (ENDS_OF_STARTS.contains(event.getClass())) {
            assertThat(before).as("before %s", event).isEqualTo(Where.STARTING);
            return event instanceof ServerEvent.Started ? Where.RUNNING : Where.NOWHERE;
        }
        if (ENDS_OF_SERVERS.contains(event.getClass())) {
            assertThat(before).as("before %s", event).isEqualTo(Where.RUNNING);
            return Where.NOWHERE;
        }
        return before;
    }
}
