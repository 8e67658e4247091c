package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.config.OptionValues;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much a store is asked at a time, how long it is waited for, and how much of it is remembered. Immutable. */
public final class S3Tuning {

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("s3.tuning", "tuning")
            .option("cacheBytes", OptionKind.bytes(0L, 64L << 30), b -> b.cacheBytes, Builder::cacheBytes)
            .option(
                    "weakReadAge",
                    OptionKind.duration(Duration.ZERO, Duration.ofHours(1)),
                    b -> b.weakReadAge,
                    Builder::weakReadAge)
            .option(
                    "maxRecordBytes",
                    OptionKind.bytes(1 << 10, 512 << 20),
                    b -> b.maxRecordBytes,
                    Builder::maxRecordBytes)
            .option("maxInFlight", OptionKind.number(16, 1 << 20), b -> b.maxInFlight, Builder::maxInFlight)
            .option("connections", OptionKind.number(1, 1_024), b -> b.connections, Builder::connections)
            .option("attempts", OptionKind.number(1, 10), b -> b.attempts, Builder::attempts)
            .option(
                    "attemptTimeout",
                    OptionKind.duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
                    b -> b.attemptTimeout,
                    Builder::attemptTimeout)
            .option(
                    "connectTimeout",
                    OptionKind.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
                    b -> b.connectTimeout,
                    Builder::connectTimeout)
            .option(
                    "compressAboveBytes",
                    OptionKind.bytes(0, 512 << 20),
                    b -> b.compressAboveBytes,
                    Builder::compressAboveBytes);

    private final Builder set;

    private S3Tuning(Builder set) {
        OPTIONS.check(set);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(S3Tuning base) {
        return base.set.copy();
    }

    /** The values that are used unless others are set. */
    public static S3Tuning defaults() {
        return builder().build();
    }

    static void fill(Builder builder, OptionValues values) {
        OPTIONS.fill(builder, values);
    }

    static Map<String, String> keys() {
        return OPTIONS.keys();
    }

    /** Bytes of records kept in memory, 0 (off) to 64 GiB. 64 MiB unless set. */
    public long cacheBytes() {
        return set.cacheBytes;
    }

    /** How long a weak read is answered from memory without asking the store, 0 to 1 h. 10 s unless set. */
    public Duration weakReadAge() {
        return set.weakReadAge;
    }

    /** Size of a record, 1 KiB to 512 MiB; it is held in memory three times while it is written. 16 MiB unless set. */
    public int maxRecordBytes() {
        return set.maxRecordBytes;
    }

    /** Requests of this node that may wait for an answer, 16 to 1,048,576; more are refused. 8,192 unless set. */
    public int maxInFlight() {
        return set.maxInFlight;
    }

    /** Requests that are under way at once, each with a thread and a connection, 1 to 1,024; the rest wait. 128 unless set. */
    public int connections() {
        return set.connections;
    }

    /** Tries of one request, 1 to 10, all within the caller's timeout. 4 unless set. */
    public int attempts() {
        return set.attempts;
    }

    /** Time of one try, 100 ms to 5 min. 10 s unless set. */
    public Duration attemptTimeout() {
        return set.attemptTimeout;
    }

    /** Time to connect, 10 ms to 1 min. 2 s unless set. */
    public Duration connectTimeout() {
        return set.connectTimeout;
    }

    /** Smallest object that is compressed, 0 to 512 MiB. 4 KiB unless set. */
    public int compressAboveBytes() {
        return set.compressAboveBytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof S3Tuning that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "S3Tuning" + OPTIONS.values(set);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private long cacheBytes = 64L << 20;
        private Duration weakReadAge = Duration.ofSeconds(10);
        private int maxRecordBytes = 16 << 20;
        private int maxInFlight = 8_192;
        private int connections = 128;
        private int attempts = 4;
        private Duration attemptTimeout = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(2);
        private int compressAboveBytes = 4 << 10;

        private Builder() {}

        /** See {@link S3Tuning#cacheBytes}. */
        public Builder cacheBytes(long value) {
            cacheBytes = value;
            return this;
        }

        /** See {@link S3Tuning#weakReadAge}. */
        public Builder weakReadAge(Duration value) {
            weakReadAge = OPTIONS.given("weakReadAge", value);
            return this;
        }

        /** See {@link S3Tuning#maxRecordBytes}. */
        public Builder maxRecordBytes(int value) {
            maxRecordBytes = value;
            return this;
        }

        /** See {@link S3Tuning#maxInFlight}. */
        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        /** See {@link S3Tuning#connections}. */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /** See {@link S3Tuning#attempts}. */
        public Builder attempts(int value) {
            attempts = value;
            return this;
        }

        /** See {@link S3Tuning#attemptTimeout}. */
        public Builder attemptTimeout(Duration value) {
            attemptTimeout = OPTIONS.given("attemptTimeout", value);
            return this;
        }

        /** See {@link S3Tuning#connectTimeout}. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = OPTIONS.given("connectTimeout", value);
            return this;
        }

        /** See {@link S3Tuning#compressAboveBytes}. */
        public Builder compressAboveBytes(int value) {
            compressAboveBytes = value;
            return this;
        }

        private Builder copy() {
            return OPTIONS.copy(this, new Builder());
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public S3Tuning build() {
            return new S3Tuning(copy());
        }
    }
}
