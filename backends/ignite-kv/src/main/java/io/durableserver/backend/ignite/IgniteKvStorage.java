package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.apache.ignite.configuration.WALMode;
import org.jspecify.annotations.Nullable;

/** Sizes and durability of a node's persistent storage; see {@link IgniteKv#persistentStorage}. Immutable. */
public final class IgniteKvStorage {

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("igniteKv.storage", "")
            .option(
                    "dataRegion",
                    OptionKind.of("a name", text -> text, text -> !text.isBlank()),
                    b -> b.dataRegion,
                    Builder::dataRegion)
            .option(
                    "initialBytes",
                    OptionKind.bytes(10L << 20, Long.MAX_VALUE).saying("10 MiB or more"),
                    b -> b.initialBytes,
                    Builder::initialBytes)
            .option(
                    "maxBytes",
                    OptionKind.bytes(10L << 20, Long.MAX_VALUE).saying("igniteKv.storage.initialBytes or more"),
                    b -> b.maxBytes,
                    Builder::maxBytes)
            .option(
                    "walMode",
                    OptionKind.choice(WALMode.class, EnumSet.of(WALMode.LOG_ONLY, WALMode.FSYNC))
                            .saying("LOG_ONLY or FSYNC"),
                    b -> b.walMode,
                    Builder::walMode)
            .option(
                    "walSegmentBytes",
                    OptionKind.bytes(512 << 10, 1 << 30),
                    b -> b.walSegmentBytes,
                    Builder::walSegmentBytes)
            .option(
                    "checkpointEvery",
                    OptionKind.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    b -> b.checkpointEvery,
                    Builder::checkpointEvery)
            .option("directory", OptionKind.of("a path", Path::of, path -> true), b -> b.directory, Builder::directory);

    /** 64 MiB at the start, 1 GiB at most, {@code LOG_ONLY}, segments of 64 MiB, a checkpoint every three minutes. */
    public static final IgniteKvStorage DEFAULT = builder().build();

    private final Builder set;

    private IgniteKvStorage(Builder set) {
        OPTIONS.check(set);
        if (set.maxBytes < set.initialBytes) {
            throw ConfigurationException.option(
                    "igniteKv.storage.maxBytes", set.maxBytes, set.initialBytes + " or more");
        }
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(IgniteKvStorage base) {
        return base.set.copy();
    }

    /**
     * A builder with the values of a map, such as {@link java.util.Properties}; {@code sdk/docs/options.md} lists the keys.
     *
     * @throws ConfigurationException for an unknown key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public static Builder from(Map<?, ?> values) {
        return OPTIONS.filled(new Builder(), values);
    }

    /** The keys of {@link #from(Map)}, with what their values must be. */
    public static Map<String, String> keys() {
        return OPTIONS.keys();
    }

    /** Name of the persistent data region. */
    public String dataRegion() {
        return set.dataRegion;
    }

    /** Memory taken at the start, at least 10 MiB. */
    public long initialBytes() {
        return set.initialBytes;
    }

    /** Memory the region may take, at least {@code initialBytes}; records beyond it live on disk only. */
    public long maxBytes() {
        return set.maxBytes;
    }

    /** What has happened to a write before it is acknowledged. {@code LOG_ONLY}: handed to the operating system on every copy's node; it survives the crash of any process, and is lost only if all copies' machines lose power within the same moments. {@code FSYNC}: on the disk of every copy's node; several times slower. */
    public WALMode walMode() {
        return set.walMode;
    }

    /** Size of a segment of the write-ahead log, 512 KiB to 1 GiB. */
    public int walSegmentBytes() {
        return set.walSegmentBytes;
    }

    /** How often changed pages are written to disk, 1 s to 1 h: recovery replays the log since then. */
    public Duration checkpointEvery() {
        return set.checkpointEvery;
    }

    /** The directory in which everything is stored; when empty, below Ignite's work directory. */
    public Optional<Path> directory() {
        return Optional.ofNullable(set.directory);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IgniteKvStorage that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "IgniteKvStorage" + OPTIONS.values(set);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private String dataRegion = IgniteKvConfig.DEFAULT_REGION;
        private long initialBytes = 64L << 20;
        private long maxBytes = 1L << 30;
        private WALMode walMode = WALMode.LOG_ONLY;
        private int walSegmentBytes = 64 << 20;
        private Duration checkpointEvery = Duration.ofMinutes(3);
        private @Nullable Path directory;

        private Builder() {}

        /** See {@link IgniteKvStorage#dataRegion}. */
        public Builder dataRegion(String value) {
            dataRegion = OPTIONS.given("dataRegion", value);
            return this;
        }

        /** See {@link IgniteKvStorage#initialBytes}. */
        public Builder initialBytes(long value) {
            initialBytes = value;
            return this;
        }

        /** See {@link IgniteKvStorage#maxBytes}. */
        public Builder maxBytes(long value) {
            maxBytes = value;
            return this;
        }

        /** See {@link IgniteKvStorage#walMode}. */
        public Builder walMode(WALMode value) {
            walMode = OPTIONS.given("walMode", value);
            return this;
        }

        /** See {@link IgniteKvStorage#walSegmentBytes}. */
        public Builder walSegmentBytes(int value) {
            walSegmentBytes = value;
            return this;
        }

        /** See {@link IgniteKvStorage#checkpointEvery}. */
        public Builder checkpointEvery(Duration value) {
            checkpointEvery = OPTIONS.given("checkpointEvery", value);
            return this;
        }

        /** See {@link IgniteKvStorage#directory}. */
        public Builder directory(Path value) {
            directory = OPTIONS.given("directory", value);
            return this;
        }

        private Builder copy() {
            return OPTIONS.copy(this, new Builder());
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public IgniteKvStorage build() {
            return new IgniteKvStorage(copy());
        }
    }
}
