package io.durableserver.backend.s3;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** The SDK's client with settings that work on every known store. */
final class Clients {
    private static final String ANY_REGION = "us-east-1";

    private Clients() {}

    /** May block: the SDK looks for the region and credentials it was not given. */
    static S3Client of(S3Config config) {
        boolean required = config.dialect().requestChecksums() == RequestChecksums.WHEN_REQUIRED;
        S3ClientBuilder builder = S3Client.builder()
                .forcePathStyle(config.dialect().pathStyle())
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(config.tuning().connections() + Threads.BLOCKING)
                        .connectionTimeout(config.tuning().connectTimeout())
                        .connectionAcquisitionTimeout(config.tuning().attemptTimeout())
                        .socketTimeout(config.tuning().attemptTimeout())
                        // Longer than most stores keep an idle connection costs a broken one, and a read-back.
                        .connectionMaxIdleTime(Duration.ofSeconds(5)))
                .requestChecksumCalculation(
                        required ? RequestChecksumCalculation.WHEN_REQUIRED : RequestChecksumCalculation.WHEN_SUPPORTED)
                .responseChecksumValidation(
                        required ? ResponseChecksumValidation.WHEN_REQUIRED : ResponseChecksumValidation.WHEN_SUPPORTED)
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        // A round trip more for every write.
                        .expectContinueEnabled(false)
                        .build());
        config.endpoint().ifPresent(builder::endpointOverride);
        config.region()
                .or(() -> config.endpoint().map(endpoint -> ANY_REGION))
                .ifPresent(region -> builder.region(Region.of(region)));
        config.credentials()
                .ifPresent(pair -> builder.credentialsProvider(StaticCredentialsProvider.create(sdk(pair))));
        config.client().accept(LastHttpClient.wins(builder));
        ClientOverrideConfiguration chosen = builder.overrideConfiguration();
        ClientOverrideConfiguration.Builder last =
                chosen == null ? ClientOverrideConfiguration.builder() : chosen.toBuilder();
        builder.overrideConfiguration(last.retryStrategy(AwsRetryStrategy.doNotRetry())
                .addExecutionInterceptor(new ErrorDocuments())
                // The last one sees an answer first.
                .addExecutionInterceptor(new RawPrefixes())
                .build());
        return builder.build();
    }

    private static AwsCredentials sdk(S3Credentials pair) {
        return pair.sessionToken()
                .<AwsCredentials>map(token -> AwsSessionCredentials.create(pair.accessKey(), pair.secretKey(), token))
                .orElseGet(() -> AwsBasicCredentials.create(pair.accessKey(), pair.secretKey()));
    }
}
