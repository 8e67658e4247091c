package io.durableserver.examples.counter;

import io.durableserver.backend.s3.S3Config;
import io.durableserver.backend.s3.S3Credentials;
import io.durableserver.backend.s3.S3Dialect;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket as the environment names it: {@code DURABLE_S3_BUCKET}, and where it is not one of AWS also
 * {@code DURABLE_S3_ENDPOINT}, {@code DURABLE_S3_REGION}, {@code DURABLE_S3_ACCESS_KEY}, {@code DURABLE_S3_SECRET_KEY} and
 * {@code DURABLE_S3_PATH_STYLE}. The environment and not the command line, which every user of a machine can read.
 */
record Bucket(Map<String, String> environment) {
    static final String NAME = "DURABLE_S3_BUCKET";
    private static final String ENDPOINT = "DURABLE_S3_ENDPOINT";
    private static final String REGION = "DURABLE_S3_REGION";
    private static final String ACCESS_KEY = "DURABLE_S3_ACCESS_KEY";
    private static final String SECRET_KEY = "DURABLE_S3_SECRET_KEY";
    private static final String PATH_STYLE = "DURABLE_S3_PATH_STYLE";
    /** Keeps runs that share a bucket apart. */
    private static final String RUN = "DURABLE_S3_OBJECT_PREFIX";

    /** Whether an environment names a bucket. */
    static boolean named(Map<String, String> environment) {
        return environment.containsKey(NAME);
    }

    static Bucket of(Map<String, String> environment) {
        if (!named(environment)) {
            throw new UsageException("the environment names no bucket: set " + NAME);
        }
        return new Bucket(Map.copyOf(environment));
    }

    /** A bucket of a server on this machine that takes any credentials. */
    static Bucket at(URI endpoint, String name) {
        return new Bucket(Map.of(
                NAME,
                name,
                ENDPOINT,
                endpoint.toString(),
                REGION,
                "us-east-1",
                PATH_STYLE,
                "true",
                ACCESS_KEY,
                "example",
                SECRET_KEY,
                "example"));
    }

    /** What the nodes of one run get: the bucket, and a place in it that is theirs. */
    Map<String, String> forRun(String run) {
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.put(RUN, run);
        return variables;
    }

    S3Config config() {
        S3Config.Builder config = S3Config.builder()
                .bucket(text(NAME).orElseThrow())
                .createBucket(true)
                .objectPrefix(text(RUN).map(run -> run + "/").orElse(""))
                .dialect(text(PATH_STYLE).map(Boolean::parseBoolean).orElse(false) ? S3Dialect.MINIO : S3Dialect.AWS);
        text(REGION).ifPresent(config::region);
        text(ENDPOINT).map(URI::create).ifPresent(config::endpoint);
        text(ACCESS_KEY)
                .ifPresent(key -> config.credentials(
                        S3Credentials.of(key, text(SECRET_KEY).orElse(""))));
        return config.build();
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return environment.get(NAME) + " at " + environment.getOrDefault(ENDPOINT, "AWS");
    }
}
