package io.durableserver;

import java.time.Duration;

/**
 * How long this node waits. Each is 1 ms to 24 h.
 *
 * @param call a call without an own deadline
 * @param start a start without an own deadline
 * @param write one write of a server's record, retries and reading back included
 * @param read one read of a record
 * @param drain all servers of the node when it stops
 */
public record Timeouts(Duration call, Duration start, Duration write, Duration read, Duration drain) {
    /** Call 5 s, start 20 s, write 10 s, read 5 s, drain 55 s. */
    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(55));

    public Timeouts {
        Spans.upToADay("timeouts.call", call);
        Spans.upToADay("timeouts.start", start);
        Spans.upToADay("timeouts.write", write);
        Spans.upToADay("timeouts.read", read);
        Spans.upToADay("timeouts.drain", drain);
    }

    /** The same timeouts with another call deadline. */
    public Timeouts withCall(Duration value) {
        return new Timeouts(value, start, write, read, drain);
    }

    /** The same timeouts with another start deadline. */
    public Timeouts withStart(Duration value) {
        return new Timeouts(call, value, write, read, drain);
    }

    /** The same timeouts with another write deadline. */
    public Timeouts withWrite(Duration value) {
        return new Timeouts(call, start, value, read, drain);
    }

    /** The same timeouts with another drain budget. */
    public Timeouts withDrain(Duration value) {
        return new Timeouts(call, start, write, read, value);
    }
}
