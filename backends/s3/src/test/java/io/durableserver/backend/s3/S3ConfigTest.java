package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
                builder -> builder.tuning(S3Tuning.builder().cacheBytes(-1).build()),
                builder -> builder.tuning(
                        S3Tuning.builder().weakReadAge(Duration.ofHours(2)).build()),
                builder -> builder.tuning(S3Tuning.builder().maxRecordBytes(10).build()),
                builder -> builder.tuning(S3Tuning.builder().maxInFlight(1).build()),
                builder -> builder.tuning(S3Tuning.builder().connections(0).build()),
                builder -> builder.tuning(S3Tuning.builder().attempts(11).build()),
                builder -> builder.tuning(
                        S3Tuning.builder().attemptTimeout(Duration.ofMillis(1)).build()),
                builder -> builder.tuning(
                        S3Tuning.builder().connectTimeout(Duration.ZERO).build()),
                builder ->
                        builder.tuning(S3Tuning.builder().compressAboveBytes(-1).build()));
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
                .dialect(S3Dialect.MINIO)
                .endpoint(URI.create("http://127.0.0.1:9000"))
                .tuning(S3Tuning.builder().connections(7).build())
                .build();
        assertThat(S3Config.from(config).build()).isEqualTo(config);
    }

    @Test
    void mapsAreTaken() {
        S3Config config = S3Config.from(Map.of(
                        "bucket", "bucket",
                        "endpoint", "http://127.0.0.1:9000",
                        "dialect", "ceph",
                        "dialect.e-tag-quotes", "bare",
                        "tuning.cache-bytes", "1GiB",
                        "tuning.attempt-timeout", "3s",
                        "compression", "gzip",
                        "access-key", "AKEY",
                        "secret-key", VERY_SECRET))
                .build();
        assertThat(config)
                .isEqualTo(S3Config.builder()
                        .bucket("bucket")
                        .endpoint(URI.create("http://127.0.0.1:9000"))
                        .dialect(S3Dialect.from(S3Dialect.CEPH)
                                .eTagQuotes(ETagQuotes.BARE)
                                .build())
                        .tuning(S3Tuning.builder()
                                .cacheBytes(1L << 30)
                                .attemptTimeout(Duration.ofSeconds(3))
                                .build())
                        .compression(S3Compression.GZIP)
                        .credentials(S3Credentials.of("AKEY", VERY_SECRET))
                        .client(config.client())
                        .build());
        assertThat(S3Config.from(Map.of("bucket", "bucket", "dialect", "r2"))
                        .build()
                        .region())
                .contains("auto");
        assertThat(S3Config.from(Map.of("bucket", "bucket", "dialect", "r2", "region", "weur"))
                        .build()
                        .region())
                .contains("weur");
        assertThat(S3Config.from(Map.of("bucket", "bucket")).build().dialect()).isEqualTo(S3Dialect.AWS);
    }

    @Test
    void sessionTokenIsCheckedAsTheKeysAre() {
        for (String token : List.of("", " ", VERY_SECRET.repeat(16_384))) {
            assertThatThrownBy(() -> S3Config.from(Map.of(
                            "bucket",
                            "bucket",
                            "access-key",
                            "AKEY",
                            "secret-key",
                            VERY_SECRET,
                            "session-token",
                            token)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("s3.credentials.sessionToken must be 1 to 16384 characters, not blank")
                    .hasMessageNotContaining(VERY_SECRET);
        }
        assertThatThrownBy(() -> S3Config.from(Map.of("bucket", "bucket", "session-token", VERY_SECRET)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("access-key must be set, and secret-key, where session-token is");
        assertThatThrownBy(() -> S3Config.from(Map.of("access-key", "AKEY", "session-token", VERY_SECRET)))
                .hasMessageContaining("secret-key must be set where access-key is");
    }

    @Test
    void wrongMapsAreRefusedWithoutTheirSecrets() {
        String hidden = "http://user:" + VERY_SECRET + "@host";
        List<Map<String, String>> wrong = List.of(
                Map.of("bucket", "bucket", "secret-key", VERY_SECRET),
                Map.of("bucket", "bucket", "secretkey", VERY_SECRET),
                Map.of("bucket", "bucket", "session-token", VERY_SECRET),
                Map.of("bucket", "bucket", "access-key", "AKEY", "secret-key", VERY_SECRET.repeat(60)),
                Map.of("bucket", "bucket", "endpoint", hidden),
                Map.of("bucket", "bucket", "endpoint", hidden + " x"),
                Map.of("bucket", "bucket", "dialect", "gcs"),
                Map.of("bucket", "bucket", "dialect.path-style", "perhaps"),
                Map.of("bucket", "bucket", "tuning.cache-bytes", "lots"));
        for (Map<String, String> values : wrong) {
            assertThatThrownBy(() -> S3Config.from(values).build())
                    .isInstanceOfSatisfying(ConfigurationException.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
                        assertThat(refused.context()).containsKey("option");
                    })
                    .hasMessageNotContaining(VERY_SECRET);
        }
    }
}
