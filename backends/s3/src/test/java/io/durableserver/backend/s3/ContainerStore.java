package io.durableserver.backend.s3;

import io.durableserver.spi.Backend;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** An S3 store in a container, for the tests of one class; skips them where it cannot run. */
final class ContainerStore implements BeforeAllCallback, AfterAllCallback {
    private static final String USER = "durable-test";
    private static final String PASSWORD = Secrets.of("container");

    private final Kind kind;
    private @Nullable TestNode node;
    private @Nullable GenericContainer<?> container;
    private @Nullable URI endpoint;

    ContainerStore(Kind kind) {
        this.kind = kind;
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

        private static Kind of(String image) {
            if (image.contains("minio")) {
                return MINIO;
            }
            return image.contains("localstack") ? LOCALSTACK : OTHER;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<String> chosen = Optional.ofNullable(System.getenv("DURABLE_S3_IMAGE"));
        Kind wanted = chosen.map(Kind::of).orElse(kind);
        Assumptions.assumeTrue(
                wanted.equals(kind) || (kind.equals(Kind.LOCALSTACK) && wanted.equals(Kind.OTHER)),
                "DURABLE_S3_IMAGE names another image: " + chosen.orElse(""));
        Assumptions.assumeTrue(
                (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
                        && DockerClientFactory.instance().isDockerAvailable(),
                "no container engine: start one, or set DOCKER_HOST, to run the suite on " + kind.image());
        start(wanted, chosen.orElse(kind.image()));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (node != null) {
            node.close();
        }
        if (container != null) {
            container.stop();
        }
    }

    Backend open() {
        return Objects.requireNonNull(node).open(config());
    }

    private void start(Kind wanted, String image) {
        GenericContainer<?> started = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(wanted.port())
                .withEnv(wanted.environment())
                // Any answer: a mapped port accepts connections before anybody listens behind it.
                .waitingFor(Wait.forHttp("/").forPort(wanted.port()).forStatusCodeMatching(status -> true))
                .withStartupTimeout(Duration.ofMinutes(2));
        if (!wanted.command().isEmpty()) {
            started.withCommand(wanted.command().toArray(String[]::new));
        }
        container = started;
        started.start();
        endpoint = URI.create("http://" + started.getHost() + ":" + started.getMappedPort(wanted.port()));
        node = new TestNode();
    }

    private S3Config config() {
        return S3Config.builder()
                .bucket(TestNode.BUCKET)
                .createBucket(true)
                .endpoint(Objects.requireNonNull(endpoint))
                .dialect(S3Dialect.MINIO)
                .credentials(S3Credentials.of(USER, PASSWORD))
                .build();
    }
}
