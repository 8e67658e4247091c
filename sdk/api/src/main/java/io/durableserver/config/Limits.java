package io.durableserver.config;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import org.jspecify.annotations.Nullable;

/** Bounds of one node (P7). Every queue and every size has one. Immutable. */
public final class Limits {
    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("limits", "limits")
            .option("mailboxCapacity", OptionKind.number(16, 1 << 20), b -> b.mailboxCapacity, Builder::mailboxCapacity)
            .option("turnBatch", OptionKind.number(1, 10_000), b -> b.turnBatch, Builder::turnBatch)
            .option("stateBytes", OptionKind.bytes(1 << 10, 256 << 20), b -> b.stateBytes, Builder::stateBytes)
            .option("messageBytes", OptionKind.bytes(1 << 10, 64 << 20), b -> b.messageBytes, Builder::messageBytes)
            .option("pendingCalls", OptionKind.number(16, 10_000_000), b -> b.pendingCalls, Builder::pendingCalls)
            .option("locations", OptionKind.number(16, 10_000_000), b -> b.locations, Builder::locations)
            .option("gatedOutputs", OptionKind.number(16, 1 << 20), b -> b.gatedOutputs, Builder::gatedOutputs)
            .option("timers", OptionKind.number(16, 1_000_000), b -> b.timers, Builder::timers);

    /** Those that hold unless others are set. */
    public static final Limits DEFAULT = builder().build();

    private final Builder set;

    private Limits(Builder set) {
        OPTIONS.check(set);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with these values. */
    public static Builder from(Limits base) {
        return base.set.copy();
    }

    static void fill(Builder builder, OptionValues values) {
        OPTIONS.fill(builder, values);
    }

    static OptionTable<Builder> options() {
        return OPTIONS;
    }

    /** Messages waiting for one server, 16 to 1,048,576; rounded up to a power of two, and the message that is next. 16,384 unless set. */
    public int mailboxCapacity() {
        return set.mailboxCapacity;
    }

    /** Turns one server may run before others get the thread, 1 to 10,000. 64 unless set. */
    public int turnBatch() {
        return set.turnBatch;
    }

    /** Size of an encoded state, 1 KiB to 256 MiB. 8 MiB unless set. */
    public int stateBytes() {
        return set.stateBytes;
    }

    /** Size of an encoded message or reply, 1 KiB to 64 MiB. 1 MiB unless set. */
    public int messageBytes() {
        return set.messageBytes;
    }

    /** Calls from this node that wait for a reply, 16 to 10,000,000. 1,000,000 unless set. */
    public int pendingCalls() {
        return set.pendingCalls;
    }

    /** Remembered places of servers on other nodes, 16 to 10,000,000. 100,000 unless set. */
    public int locations() {
        return set.locations;
    }

    /** Replies and messages of one server that may wait for its writes, 16 to 1,048,576. 65,536 unless set. */
    public int gatedOutputs() {
        return set.gatedOutputs;
    }

    /** Timers of one server that have not fired, 16 to 1,000,000. 10,000 unless set. */
    public int timers() {
        return set.timers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Limits that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "Limits" + OPTIONS.values(set);
    }

    /** Builds Limits; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private int mailboxCapacity = 16_384;
        private int turnBatch = 64;
        private int stateBytes = 8 << 20;
        private int messageBytes = 1 << 20;
        private int pendingCalls = 1_000_000;
        private int locations = 100_000;
        private int gatedOutputs = 65_536;
        private int timers = 10_000;

        private Builder() {}

        /** See {@link Limits#mailboxCapacity}. */
        public Builder mailboxCapacity(int value) {
            mailboxCapacity = value;
            return this;
        }

        /** See {@link Limits#turnBatch}. */
        public Builder turnBatch(int value) {
            turnBatch = value;
            return this;
        }

        /** See {@link Limits#stateBytes}. */
        public Builder stateBytes(int value) {
            stateBytes = value;
            return this;
        }

        /** See {@link Limits#messageBytes}. */
        public Builder messageBytes(int value) {
            messageBytes = value;
            return this;
        }

        /** See {@link Limits#pendingCalls}. */
        public Builder pendingCalls(int value) {
            pendingCalls = value;
            return this;
        }

        /** See {@link Limits#locations}. */
        public Builder locations(int value) {
            locations = value;
            return this;
        }

        /** See {@link Limits#gatedOutputs}. */
        public Builder gatedOutputs(int value) {
            gatedOutputs = value;
            return this;
        }

        /** See {@link Limits#timers}. */
        public Builder timers(int value) {
            timers = value;
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
        public Limits build() {
            return new Limits(copy());
        }
    }
}
