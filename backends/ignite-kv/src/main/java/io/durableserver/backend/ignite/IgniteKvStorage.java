package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.ignite.configuration.WALMode;

/**
 * Sizes and durability of a node's persistent storage; see {@link IgniteKv#persistentStorage}.
 *
 * @param dataRegion name of the persistent data region
 * @param initialBytes memory taken at the start, at least 10 MiB
 * @param maxBytes memory the region may take, at least {@code initialBytes}; records beyond it live on disk only
 * @param walMode what has happened to a write before it is acknowledged. {@code LOG_ONLY}: handed to the operating system
 *     on every copy's node; it survives the crash of any process, and is lost only if all copies' machines lose power
 *     within the same moments. {@code FSYNC}: on the disk of every copy's node; several times slower
 * @param walSegmentBytes size of a segment of the write-ahead log, 512 KiB to 1 GiB
 * @param checkpointEvery how often changed pages are written to disk, 1 s to 1 h: recovery replays the log since then
 * @param directory where everything is stored; when empty, below Ignite's work directory
 */
public record IgniteKvStorage(
        String dataRegion,
        long initialBytes,
        long maxBytes,
        WALMode walMode,
        int walSegmentBytes,
        Duration checkpointEvery,
        Optional<Path> directory) {
    /** 64 MiB at the start, 1 GiB at most, {@code LOG_ONLY}, segments of 64 MiB, a checkpoint every three minutes. */
    public static final IgniteKvStorage DEFAULT = new IgniteKvStorage(
            IgniteKvConfig.DEFAULT_REGION,
            64L << 20,
            1L << 30,
            WALMode.LOG_ONLY,
            64 << 20,
            Duration.ofMinutes(3),
            Optional.empty());

    public IgniteKvStorage {
        if (dataRegion.isBlank()) {
            throw ConfigurationException.option("igniteKv.storage.dataRegion", dataRegion, "a name");
        }
        check("initialBytes", initialBytes, 10L << 20, Long.MAX_VALUE);
        check("maxBytes", maxBytes, initialBytes, Long.MAX_VALUE);
        if (walMode != WALMode.LOG_ONLY && walMode != WALMode.FSYNC) {
            // The other modes lose acknowledged writes when a process crashes.
            throw ConfigurationException.option("igniteKv.storage.walMode", walMode, "LOG_ONLY or FSYNC");
        }
        check("walSegmentBytes", walSegmentBytes, 512 << 10, 1 << 30);
        check("checkpointEvery", TimeSource.nanos(checkpointEvery) / 1_000_000, 1_000, 3_600_000);
    }

    /** The same storage with another region name. */
    public IgniteKvStorage withDataRegion(String value) {
        return new IgniteKvStorage(value, initialBytes, maxBytes, walMode, walSegmentBytes, checkpointEvery, directory);
    }

    /** The same storage with other memory bounds, in bytes. */
    public IgniteKvStorage withMemory(long initial, long max) {
        return new IgniteKvStorage(dataRegion, initial, max, walMode, walSegmentBytes, checkpointEvery, directory);
    }

    /** The same storage with another mode of the write-ahead log. */
    public IgniteKvStorage withWalMode(WALMode value) {
        return new IgniteKvStorage(
                dataRegion, initialBytes, maxBytes, value, walSegmentBytes, checkpointEvery, directory);
    }

    /** The same storage with another segment size, in bytes. */
    public IgniteKvStorage withWalSegmentBytes(int value) {
        return new IgniteKvStorage(dataRegion, initialBytes, maxBytes, walMode, value, checkpointEvery, directory);
    }

    /** The same storage with another checkpoint interval. */
    public IgniteKvStorage withCheckpointEvery(Duration value) {
        return new IgniteKvStorage(dataRegion, initialBytes, maxBytes, walMode, walSegmentBytes, value, directory);
    }

    /** The same storage in another directory. */
    public IgniteKvStorage withDirectory(Path value) {
        return new IgniteKvStorage(
                dataRegion, initialBytes, maxBytes, walMode, walSegmentBytes, checkpointEvery, Optional.of(value));
    }

    private static void check(String option, long value, long low, long high) {
        if (value < low || value > high) {
            throw ConfigurationException.option("igniteKv.storage." + option, value, low + " to " + high);
        }
    }
}
