package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class S3ConfigTest {
    private static final String VERY_SECRET = Secrets.of("config");

    @Test
    void whatIsOutOfItsBoundsIsNamed() {
        List<UnaryOperator<S3Config.Builder>> wrong = List.of(
                builder -> builder.bucket("a"),
                builder -> builder.bucket("a/b"),
                builder -> builder.region("eu west"),
                builder -> builder.endpoint(URI.create("ftp://x")),
                builder -> builder.endpoint(URI.create("http://host/path")),
                builder -> builder.objectPrefix("no-slash"),
                builder -> builder.objectPrefix("a//"),
                builder -> builder.objectPrefix("/"),
                builder -> builder.cacheBytes(-1),
                builder -> builder.weakReadAge(Duration.ofHours(2)),
                builder -> builder.maxRecordBytes(10),
                builder -> builder.maxInFlight(1),
                builder -> builder.connections(0),
                builder -> builder.attempts(11),
                builder -> builder.attemptTimeout(Duration.ofMillis(1)),
                builder -> builder.connectTimeout(Duration.ZERO),
                builder -> builder.compressAboveBytes(-1));
        for (UnaryOperator<S3Config.Builder> change : wrong) {
            assertThatThrownBy(() ->
                            change.apply(S3Config.builder().bucket("bucket")).build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("s3.")
                    .hasMessageContaining("must be");
        }
    }

    @Test
    void boundsAreSaidInWords() {
        assertThatThrownBy(() -> S3Config.builder().bucket("a_").build())
                .hasMessageContaining("must be 3 to 63 letters, digits, dots, hyphens");
        assertThatThrownBy(
                        () -> S3Config.builder().bucket("bucket").region("a b").build())
                .hasMessageContaining("must be 1 to 64 letters, digits, hyphens");
    }

    @Test
    void aBucketMustBeGiven() {
        assertThatThrownBy(() -> S3Config.builder().build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("s3.bucket");
    }

    @Test
    void secretsAreNotShown() {
        S3Config config = S3Config.builder()
                .bucket("bucket")
                .credentials(S3Credentials.of("AKEY", VERY_SECRET))
                .build();
        assertThat(config.toString()).doesNotContain(VERY_SECRET).doesNotContain("AKEY");
        assertThatThrownBy(() -> S3Credentials.of("", VERY_SECRET))
                .hasMessageNotContaining(VERY_SECRET)
                .hasMessageContaining("s3.credentials.accessKey");
        assertThatThrownBy(() -> S3Config.builder()
                        .bucket("bucket")
                        .endpoint(URI.create("http://user:" + VERY_SECRET + "@host"))
                        .build())
                .hasMessageNotContaining(VERY_SECRET);
    }

    @Test
    void aConfigurationIsCopied() {
        S3Config config = S3Config.builder()
                .bucket("bucket")
                .pathStyle(true)
                .endpoint(URI.create("http://127.0.0.1:9000"))
                .connections(7)
                .build();
        assertThat(S3Config.from(config).build()).isEqualTo(config);
    }
}
