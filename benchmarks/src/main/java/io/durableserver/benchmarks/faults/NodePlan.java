package io.durableserver.benchmarks.faults;

import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.s3.S3;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.backend.s3.S3Credentials;
import io.durableserver.backend.s3.S3Dialect;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.BackendFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All a node's process is told.
 *
 * @param index number of the node, from 1
 * @param life number of the process among all of a run: what makes ids unique
 * @param endpoint where the bucket is; empty for a store in Ignite
 */
record NodePlan(
        int index,
        int life,
        String host,
        int discoveryPort,
        int communicationPort,
        List<String> peers,
        Path work,
        String endpoint,
        Duration failureDetection,
        Duration callTimeout,
        int keys) {
    static final int NODES = 3;
    static final String BUCKET = "faults";

    private static final int WAL_SEGMENT_BYTES = 8 << 20;
    private static final long MEMORY_BYTES = 64L << 20;

    String name() {
        return name(index);
    }

    static String name(int index) {
        return "n" + index;
    }

    List<String> arguments() {
        return List.of(
                Integer.toString(index),
                Integer.toString(life),
                host,
                Integer.toString(discoveryPort),
                Integer.toString(communicationPort),
                String.join(",", peers),
                work.toString(),
                endpoint,
                failureDetection.toString(),
                callTimeout.toString(),
                Integer.toString(keys));
    }

    static NodePlan parse(String[] arguments) {
        return new NodePlan(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                arguments[2],
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                List.of(arguments[5].split(",", -1)),
                Path.of(arguments[6]),
                arguments[7],
                Duration.parse(arguments[8]),
                Duration.parse(arguments[9]),
                Integer.parseInt(arguments[10]));
    }

    EmbeddedNode node() {
        boolean bucket = !endpoint.isEmpty();
        return EmbeddedNode.builder()
                .name(name())
                .workDirectory(work)
                .host(host)
                .discoveryPort(discoveryPort)
                .communicationPort(communicationPort)
                .portRange(0)
                .peers(peers.toArray(String[]::new))
                .memoryBytes(MEMORY_BYTES)
                .persistence(!bucket)
                .persistentMemoryBytes(MEMORY_BYTES)
                .walSegmentBytes(WAL_SEGMENT_BYTES)
                .activateWhen(NODES)
                .failureDetection(failureDetection)
                .servers(DurableServersConfig.builder()
                        .prefix("faults/")
                        .type(Appending.TYPE)
                        .backend(bucket ? bucket() : ignite())
                        .build())
                .build();
    }

    private static BackendFactory ignite() {
        return IgniteKv.backend(IgniteKvConfig.builder()
                .expectedNodes(NODES)
                .maxRecordBytes(1 << 20)
                .build());
    }

    private BackendFactory bucket() {
        return S3.backend(S3Config.builder()
                .bucket(BUCKET)
                .region("us-east-1")
                .endpoint(URI.create(endpoint))
                .dialect(S3Dialect.MINIO)
                .credentials(S3Credentials.of("faults", "faults"))
                .build());
    }
}
