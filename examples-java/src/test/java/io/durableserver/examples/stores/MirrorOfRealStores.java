package io.durableserver.examples.stores;

import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.ignite.IgniteKvStorage;
import io.durableserver.backend.mirror.Mirror;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.mirror.MirrorMode;
import io.durableserver.backend.s3.S3;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.backend.s3.S3Credentials;
import io.durableserver.backend.s3.S3Dialect;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Session;
import io.durableserver.testkit.backend.StoreContext;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A bucket and a node with a disk as one store, that every write waits for both of. */
abstract class MirrorOfRealStores extends BackendCompatibilityKit {
    private static final String PREFIX = "kit/";
    private static final AtomicInteger SESSIONS = new AtomicInteger();

    private static S3TestServer server;
    private static Ignite node;
    private static StoreContext context;

    @BeforeAll
    static void startStores(@TempDir Path directory) {
        server = S3TestServer.builder().bucket("kit").start();
        node = Ignition.start(configuration(directory));
        node.cluster().state(ClusterState.ACTIVE);
        context = StoreContext.real(PREFIX).withResource(node);
    }

    @AfterAll
    static void stopStores() {
        Ignition.stop(node.name(), true);
        server.close();
        context.close();
    }

    private static IgniteConfiguration configuration(Path directory) {
        return new IgniteConfiguration()
                .setIgniteInstanceName("mirror-it")
                .setConsistentId("mirror-it")
                .setWorkDirectory(directory.toString())
                .setLocalHost("127.0.0.1")
                .setMetricsLogFrequency(0)
                .setClientConnectorConfiguration(null)
                .setConnectorConfiguration(null)
                .setDataStorageConfiguration(IgniteKv.persistentStorage(IgniteKvStorage.builder()
                        .initialBytes(32L << 20)
                        .maxBytes(128L << 20)
                        .walSegmentBytes(16 << 20)
                        .directory(directory.resolve("store"))
                        .build()))
                .setCommunicationSpi(
                        new TcpCommunicationSpi().setLocalPort(46_100).setLocalPortRange(20))
                .setDiscoverySpi(new TcpDiscoverySpi()
                        .setLocalPort(46_000)
                        .setLocalPortRange(20)
                        .setIpFinder(new TcpDiscoveryVmIpFinder().setAddresses(List.of("127.0.0.1:46000..46020"))));
    }

    static BackendFactory bucket() {
        return S3.backend(S3Config.builder()
                .bucket("kit")
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .credentials(S3Credentials.of("kit", "kit"))
                .build());
    }

    static BackendFactory disk() {
        return IgniteKv.backend(IgniteKvConfig.builder()
                .backups(0)
                .partitions(32)
                .maxRecordBytes(4 << 20)
                .build());
    }

    Backend open(BackendFactory source, BackendFactory target) {
        MirrorConfig config = MirrorConfig.builder(source, target)
                .mode(MirrorMode.REQUIRED)
                .pollEvery(Duration.ofMillis(100))
                .phaseValidity(Duration.ofSeconds(5))
                .secondLook(Duration.ofMillis(50))
                .build();
        return Mirror.backend(config).open(context.with(new Session("kit", "i" + SESSIONS.incrementAndGet())));
    }

    @Override
    public int seeds() {
        return 10;
    }

    @Override
    public int increments() {
        return 100;
    }
}
