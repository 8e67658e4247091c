package io.durableserver.backend.s3;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** An S3 store in a container. */
final class ContainerStore implements AutoCloseable {
    private static final String USER = "durable-test";
    private static final String PASSWORD = "durable-test-secret";

    private final GenericContainer<?> container;
    private final int port;

    private ContainerStore(Kind kind, String image) {
        this.port = kind.port();
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(kind.port())
                .withEnv(kind.environment())
                .waitingFor(Wait.forListeningPort())
                .withStartupTimeout(Duration.ofMinutes(2));
        if (!kind.command().isEmpty()) {
            container.withCommand(kind.command().toArray(String[]::new));
        }
        container.start();
    }

    /** How an image is run. */
    record Kind(String image, int port, Map<String, String> environment, List<String> command) {
        static final Kind LOCALSTACK = new Kind(
                "localstack/localstack:4", 4_566, Map.of("SERVICES", "s3", "EAGER_SERVICE_LOADING", "1"), List.of());
        static final Kind MINIO = new Kind(
                "minio/minio:latest",
                9_000,
                Map.of("MINIO_ROOT_USER", USER, "MINIO_ROOT_PASSWORD", PASSWORD),
                List.of("server", "/data"));
        /** An image of one's own: listens on 8080, checks no signature or accepts this key pair. */
        static final Kind OTHER =
                new Kind("", 8_080, Map.of("S3_ACCESS_KEY", USER, "S3_SECRET_KEY", PASSWORD), List.of());
    }

    /** Skips the tests where no container engine, or another image, is asked for. */
    static ContainerStore start(Kind kind) {
        Optional<String> chosen = Optional.ofNullable(System.getenv("DURABLE_S3_IMAGE"));
        Kind wanted = chosen.map(ContainerStore::kindOf).orElse(kind);
        Assumptions.assumeTrue(
                wanted.equals(kind) || (kind.equals(Kind.LOCALSTACK) && wanted.equals(Kind.OTHER)),
                "DURABLE_S3_IMAGE names another image: " + chosen.orElse(""));
        Assumptions.assumeTrue(
                (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
                        && DockerClientFactory.instance().isDockerAvailable(),
                "no container engine: start one, or set DOCKER_HOST, to run the suite on " + kind.image());
        return new ContainerStore(wanted, chosen.orElse(kind.image()));
    }

    S3Config config() {
        return S3Config.builder()
                .bucket(TestNode.BUCKET)
                .createBucket(true)
                .endpoint(URI.create("http://" + container.getHost() + ":" + container.getMappedPort(port)))
                .pathStyle(true)
                .credentials(S3Credentials.of(USER, PASSWORD))
                .build();
    }

    @Override
    public void close() {
        container.stop();
    }

    private static Kind kindOf(String image) {
        if (image.contains("minio")) {
            return Kind.MINIO;
        }
        return image.contains("localstack") ? Kind.LOCALSTACK : Kind.OTHER;
    }
}
