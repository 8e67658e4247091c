package io.durableserver.backend.s3;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The contract on any store, named by the environment; run with the profile s3-external. */
final class S3ExternalCompatibilityIT extends BackendCompatibilityKit {
    private static final TestNode NODE = new TestNode();
    private static final Map<String, String> ENVIRONMENT = System.getenv();

    @BeforeAll
    static void needsAStore() {
        Assumptions.assumeTrue(
                Boolean.getBoolean("durable.s3.external") && ENVIRONMENT.containsKey("DURABLE_S3_BUCKET"),
                "no external S3 store: set DURABLE_S3_BUCKET, and as needed DURABLE_S3_ENDPOINT, DURABLE_S3_REGION,"
                        + " DURABLE_S3_ACCESS_KEY, DURABLE_S3_SECRET_KEY, DURABLE_S3_PATH_STYLE, and use -Ps3-external");
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Override
    public boolean listsRecords() {
        return false;
    }

    @Override
    public int seeds() {
        return 20;
    }

    @Override
    public int increments() {
        return 200;
    }

    /** Ceph RGW answers some losers with a 500, and what is read back does not always say why. */
    @Override
    public boolean losersMayBeInDoubt() {
        return true;
    }

    @Override
    protected Backend openBackend() {
        return NODE.open(config());
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }

    private static S3Config config() {
        S3Config.Builder builder = S3Config.builder()
                .createBucket(true)
                .bucket(variable("DURABLE_S3_BUCKET").orElse(""));
        variable("DURABLE_S3_ENDPOINT").map(URI::create).ifPresent(builder::endpoint);
        variable("DURABLE_S3_REGION").ifPresent(builder::region);
        variable("DURABLE_S3_ACCESS_KEY")
                .ifPresent(key -> builder.credentials(
                        S3Credentials.of(key, variable("DURABLE_S3_SECRET_KEY").orElse(""))));
        variable("DURABLE_S3_PATH_STYLE")
                .ifPresent(text -> builder.dialect(S3Dialect.builder()
                        .pathStyle(Boolean.parseBoolean(text))
                        .build()));
        return builder.build();
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(ENVIRONMENT.get(name)).filter(value -> !value.isBlank());
    }
}
