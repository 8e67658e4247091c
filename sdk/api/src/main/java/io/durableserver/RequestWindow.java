package io.durableserver;

import java.time.Duration;

/**
 * What a server keeps of the calls with a request id that it has applied: ids and replies, in its record. Bounded by number, bytes and
 * age. An id is kept until the time is over in which its caller may send it again; where that leaves no room, calls with new ids are
 * refused with {@code OVERLOADED} and may be tried again. Immutable.
 *
 * @see CallOptions#withRequestId(String)
 */
public final class RequestWindow {
    /** 1,000 ids, 64 KiB, 10 minutes. */
    public static final RequestWindow DEFAULT = new Builder().build();

    private static final int MAX_IDS = 100_000;
    private static final int MIN_BYTES = 1 << 10;
    private static final int MAX_BYTES = 16 << 20;

    private final int ids;
    private final int bytes;
    private final Duration keep;

    private RequestWindow(Builder from) {
        this.ids = from.ids;
        this.bytes = from.bytes;
        this.keep = from.keep;
    }

    /** One with the default bounds. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many ids at most. */
    public int ids() {
        return ids;
    }

    /** How many bytes ids and replies take in the record at most. */
    public int bytes() {
        return bytes;
    }

    /** How long an id is kept whose call does not say it. */
    public Duration keep() {
        return keep;
    }

    /** Sets the bounds. Not thread-safe. */
    public static final class Builder {
        private int ids = 1_000;
        private int bytes = 64 << 10;
        private Duration keep = Duration.ofMinutes(10);

        private Builder() {}

        /** How many ids a server keeps, 1 to 100,000; 1,000 unless set. */
        public Builder ids(int value) {
            if (value < 1 || value > MAX_IDS) {
                throw ConfigurationException.option("type.requestWindow.ids", value, "1 to " + MAX_IDS);
            }
            ids = value;
            return this;
        }

        /**
         * How many bytes ids and replies may take in the record, 1 KiB to 16 MiB; 64 KiB unless set. They count to the record's size, which
         * the store bounds, and each write carries them.
         */
        public Builder bytes(int value) {
            if (value < MIN_BYTES || value > MAX_BYTES) {
                throw ConfigurationException.option("type.requestWindow.bytes", value, MIN_BYTES + " to " + MAX_BYTES);
            }
            bytes = value;
            return this;
        }

        /** How long an id is kept whose call does not say it, 1 ms to 24 h; 10 minutes unless set. */
        public Builder keep(Duration value) {
            keep = Spans.upToADay("type.requestWindow.keep", value);
            return this;
        }

        /** The bounds as they are now. */
        public RequestWindow build() {
            return new RequestWindow(this);
        }
    }
}
