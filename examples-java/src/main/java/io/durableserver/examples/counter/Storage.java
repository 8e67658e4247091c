package io.durableserver.examples.counter;

import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.mirror.Mirror;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.spi.BackendFactory;
import java.util.Arrays;
import java.util.Locale;

/** Where the counters of a cluster are stored: all nodes name the same. */
enum Storage {
    /** A persistent cache of the cluster itself. */
    IGNITE,
    /** A bucket: the cluster keeps nothing on its disks. */
    S3,
    /** The persistent cache, on the way to the bucket: see {@link MigrationScenario}. */
    MIRROR;

    // Counters are small, and so is the log on disk: Ignite prepares ten segments, and one must hold two records.
    private static final int MAX_RECORD_BYTES = 1 << 20;

    static Storage parse(String text) {
        return Arrays.stream(values())
                .filter(storage -> storage.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new UsageException("--backend is " + text + ", expected ignite, s3 or mirror"));
    }

    boolean needsDisk() {
        return this != S3;
    }

    boolean needsBucket() {
        return this != IGNITE;
    }

    /** The store of a node in a cluster of this many. */
    BackendFactory backend(int nodes) {
        return switch (this) {
            case IGNITE -> ignite(nodes);
            case S3 -> bucket();
            case MIRROR ->
                Mirror.backend(MirrorConfig.builder(ignite(nodes), bucket()).build());
        };
    }

    private static BackendFactory ignite(int nodes) {
        return IgniteKv.backend(IgniteKvConfig.builder()
                .expectedNodes(nodes)
                .maxRecordBytes(MAX_RECORD_BYTES)
                .build());
    }

    private static BackendFactory bucket() {
        return io.durableserver.backend.s3.S3.backend(Bucket.of(System.getenv()).config());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
