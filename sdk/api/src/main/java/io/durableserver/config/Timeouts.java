package io.durableserver.config;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long this node waits. Each is 1 ms to 24 h. Immutable. */
public final class Timeouts {
    private static final OptionKind<Duration> UP_TO_A_DAY =
            OptionKind.duration(Duration.ofMillis(1), Duration.ofDays(1));

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("timeouts", "timeouts")
            .option("call", UP_TO_A_DAY, b -> b.call, Builder::call)
            .option("start", UP_TO_A_DAY, b -> b.start, Builder::start)
            .option("write", UP_TO_A_DAY, b -> b.write, Builder::write)
            .option("read", UP_TO_A_DAY, b -> b.read, Builder::read)
            .option("drain", UP_TO_A_DAY, b -> b.drain, Builder::drain);

    /** Those that hold unless others are set. */
    public static final Timeouts DEFAULT = builder().build();

    private final Builder set;

    private Timeouts(Builder set) {
        OPTIONS.check(set);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with these values. */
    public static Builder from(Timeouts base) {
        return base.set.copy();
    }

    static void fill(Builder builder, OptionValues values) {
        OPTIONS.fill(builder, values);
    }

    static OptionTable<Builder> options() {
        return OPTIONS;
    }

    /** A call that sets no deadline; 5 s unless set. */
    public Duration call() {
        return set.call;
    }

    /** A start that sets no deadline; 20 s unless set. */
    public Duration start() {
        return set.start;
    }

    /** One write of a server's record, retries and reading back included; 10 s unless set. */
    public Duration write() {
        return set.write;
    }

    /** One read of a record; 5 s unless set. */
    public Duration read() {
        return set.read;
    }

    /** All servers of the node when it stops; 55 s unless set. */
    public Duration drain() {
        return set.drain;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Timeouts that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "Timeouts" + OPTIONS.values(set);
    }

    /** Builds Timeouts; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private Duration call = Duration.ofSeconds(5);
        private Duration start = Duration.ofSeconds(20);
        private Duration write = Duration.ofSeconds(10);
        private Duration read = Duration.ofSeconds(5);
        private Duration drain = Duration.ofSeconds(55);

        private Builder() {}

        /** See {@link Timeouts#call}. */
        public Builder call(Duration value) {
            call = OPTIONS.given("call", value);
            return this;
        }

        /** See {@link Timeouts#start}. */
        public Builder start(Duration value) {
            start = OPTIONS.given("start", value);
            return this;
        }

        /** See {@link Timeouts#write}. */
        public Builder write(Duration value) {
            write = OPTIONS.given("write", value);
            return this;
        }

        /** See {@link Timeouts#read}. */
        public Builder read(Duration value) {
            read = OPTIONS.given("read", value);
            return this;
        }

        /** See {@link Timeouts#drain}. */
        public Builder drain(Duration value) {
            drain = OPTIONS.given("drain", value);
            return this;
        }

        private Builder copy() {
            return OPTIONS.copy(this, new Builder());
        }

        /**
         * Checks and builds.
         *
         * @throws ConfigurationException naming the option, its value and its bound
         */
        public Timeouts build() {
            return new Timeouts(copy());
        }
    }
}
