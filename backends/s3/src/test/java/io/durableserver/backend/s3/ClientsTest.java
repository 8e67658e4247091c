package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.BackendFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.services.s3.S3Client;

class ClientsTest {
    private final AtomicInteger closed = new AtomicInteger();

    private final class Provider implements AwsCredentialsProvider, AutoCloseable {
        @Override
        public AwsCredentials resolveCredentials() {
            return AwsBasicCredentials.create("key" + closed.get(), Secrets.of("secret"));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private final class Plain implements IdentityProvider<AwsCredentialsIdentity>, AutoCloseable {
        @Override
        public Class<AwsCredentialsIdentity> identityType() {
            return AwsCredentialsIdentity.class;
        }

        @Override
        public CompletableFuture<? extends AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            return CompletableFuture.completedFuture(
                    AwsCredentialsIdentity.create("key" + closed.get(), Secrets.of("secret")));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void credentialsProviderOfTheApplicationIsNotClosed(boolean plain) {
        IdentityProvider<AwsCredentialsIdentity> provider = plain ? new Plain() : new Provider();
        S3Config config = S3Config.builder()
                .bucket("bucket")
                .region("eu-west-1")
                .client(builder -> builder.credentialsProvider(provider))
                .build();
        for (int opened = 0; opened < 2; opened++) {
            try (S3Client client = Clients.of(config)) {
                AwsCredentialsIdentity used = client.serviceClientConfiguration()
                        .credentialsProvider()
                        .resolveIdentity()
                        .join();
                assertThat(used.accessKeyId()).isEqualTo("key0");
            }
        }
        assertThat(closed).hasValue(0);
    }

    private record Alone(String prefix) implements BackendFactory.Environment {
        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return Optional.empty();
        }
    }

    @Test
    void missingRegionIsFoundBeforeTheNodeStarts() {
        assumeTrue(System.getenv("AWS_REGION") == null, "AWS_REGION is set; unset it to run this test");
        Map<String, String> before = new HashMap<>();
        Map.of(
                        "aws.disableEc2Metadata", "true",
                        "aws.configFile", "/nonexistent",
                        "aws.sharedCredentialsFile", "/nonexistent")
                .forEach((name, value) -> before.put(name, System.setProperty(name, value)));
        try {
            S3Config.Builder config =
                    S3Config.builder().bucket("bucket").client(builder -> builder.credentialsProvider(new Provider()));
            assertThatThrownBy(() -> S3.backend(config.build()).check(new Alone("t/")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("s3.region");
            S3.backend(config.client(builder -> builder.region(software.amazon.awssdk.regions.Region.EU_WEST_1)
                                    .credentialsProvider(new Provider()))
                            .build())
                    .check(new Alone("t/"));
            assertThat(closed).hasValue(0);
        } finally {
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }
}
