package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How records are kept in a bucket. All nodes that share a prefix must use the same bucket, {@code objectPrefix} and
 * {@code conditionalDelete}.
 *
 * @param bucket name of the bucket, 3 to 63 letters, digits, {@code . _ -}
 * @param createBucket whether a missing bucket is created
 * @param region the bucket's region; when empty, what the SDK finds, or {@code us-east-1} with an endpoint of one's own
 * @param endpoint where the store is, as http or https URI without a path; when empty, AWS in the region
 * @param pathStyle whether the bucket is in the path of a request; otherwise it is in the host name
 * @param credentials a fixed key pair; when empty, the SDK's default chain (environment, profile, container, instance)
 * @param objectPrefix put before every record key, empty or ending with {@code /}, at most 256 bytes
 * @param cacheBytes bytes of records kept in memory, 0 (off) to 64 GiB
 * @param weakReadAge how long a weak read is answered from memory without asking the store, 0 to 1 h
 * @param maxRecordBytes size of a record, 1 KiB to 512 MiB; it is held in memory three times while it is written
 * @param maxInFlight requests of this node that may wait for an answer, 16 to 1,048,576; more are refused
 * @param connections requests that are under way at once, each with a thread and a connection, 1 to 1,024; the rest wait
 * @param attempts tries of one request, 1 to 10, all within the caller's timeout
 * @param attemptTimeout time of one try, 100 ms to 5 min
 * @param connectTimeout time to connect, 10 ms to 1 min
 * @param conditionalDelete whether the store keeps the condition of a DELETE
 * @param eTagQuotes how an ETag is written in a condition
 * @param tigrisConsistent whether strong requests carry {@code x-tigris-consistent: true}, which Tigris needs for them
 * @param requestChecksums when the SDK adds checksums
 * @param compression how objects are compressed
 * @param compressAboveBytes smallest object that is compressed, 0 to 512 MiB
 * @param client last changes to the SDK's client, such as another HTTP client; called once per backend. An HTTP client that
 *     is handed over ({@code httpClient}) stays open, one that is built for a backend ({@code httpClientBuilder}) is closed
 *     with it. Retries of the SDK are switched off after it, since a blind retry would turn one's own write into a conflict
 */
public record S3Config(
        String bucket,
        boolean createBucket,
        Optional<String> region,
        Optional<URI> endpoint,
        boolean pathStyle,
        Optional<S3Credentials> credentials,
        String objectPrefix,
        long cacheBytes,
        Duration weakReadAge,
        int maxRecordBytes,
        int maxInFlight,
        int connections,
        int attempts,
        Duration attemptTimeout,
        Duration connectTimeout,
        ConditionalDelete conditionalDelete,
        ETagQuotes eTagQuotes,
        boolean tigrisConsistent,
        RequestChecksums requestChecksums,
        S3Compression compression,
        int compressAboveBytes,
        Consumer<S3ClientBuilder> client) {
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

    public S3Config {
        check(BUCKET.matcher(bucket).matches(), "bucket", bucket, "3 to 63 letters, digits, dots, hyphens");
        region.ifPresent(
                name -> check(REGION.matcher(name).matches(), "region", name, "1 to 64 letters, digits, hyphens"));
        endpoint.ifPresent(S3Config::checkEndpoint);
        ObjectKeys.checkPrefix(objectPrefix);
        check("cacheBytes", cacheBytes, 0, 64L << 30);
        check("weakReadAge", weakReadAge, Duration.ZERO, Duration.ofHours(1));
        check("maxRecordBytes", maxRecordBytes, 1 << 10, 512 << 20);
        check("maxInFlight", maxInFlight, 16, 1 << 20);
        check("connections", connections, 1, 1_024);
        check("attempts", attempts, 1, 10);
        check("attemptTimeout", attemptTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        check("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        check("compressAboveBytes", compressAboveBytes, 0, 512 << 20);
    }

    /** A builder with the defaults; the bucket must be given. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(S3Config base) {
        return new Builder(base);
    }

    /** Where the bucket is, for messages. */
    String place() {
        return endpoint.map(URI::toString).orElseGet(() -> region.orElse("the default region"));
    }

    private static void checkEndpoint(URI endpoint) {
        String scheme = String.valueOf(endpoint.getScheme());
        boolean http = scheme.equals("http") || scheme.equals("https");
        String path = String.valueOf(endpoint.getPath());
        boolean bare = path.isEmpty() || path.equals("/");
        boolean clean = endpoint.getUserInfo() == null && endpoint.getQuery() == null;
        if (!http || endpoint.getHost() == null || !bare || !clean) {
            // Not the URI itself: it may hold a password.
            throw ConfigurationException.option(
                    "s3.endpoint",
                    scheme + "://" + endpoint.getHost(),
                    "an http or https URI with a host and without user, path and query");
        }
    }

    private static void check(boolean fits, String option, String value, String bound) {
        if (!fits) {
            throw ConfigurationException.option("s3." + option, value, bound);
        }
    }

    private static void check(String option, long value, long low, long high) {
        check(value >= low && value <= high, option, Long.toString(value), low + " to " + high);
    }

    private static void check(String option, Duration value, Duration low, Duration high) {
        check(value.compareTo(low) >= 0 && value.compareTo(high) <= 0, option, value.toString(), low + " to " + high);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private String bucket = "";
        private boolean createBucket;
        private Optional<String> region = Optional.empty();
        private Optional<URI> endpoint = Optional.empty();
        private boolean pathStyle;
        private Optional<S3Credentials> credentials = Optional.empty();
        private String objectPrefix = "";
        private long cacheBytes = 64L << 20;
        private Duration weakReadAge = Duration.ofSeconds(10);
        private int maxRecordBytes = 16 << 20;
        private int maxInFlight = 8_192;
        private int connections = 128;
        private int attempts = 4;
        private Duration attemptTimeout = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(2);
        private ConditionalDelete conditionalDelete = ConditionalDelete.PROBE;
        private ETagQuotes eTagQuotes = ETagQuotes.PROBE;
        private boolean tigrisConsistent;
        private RequestChecksums requestChecksums = RequestChecksums.WHEN_REQUIRED;
        private S3Compression compression = S3Compression.NONE;
        private int compressAboveBytes = 4 << 10;
        private Consumer<S3ClientBuilder> client = builder -> {};

        private Builder() {}

        private Builder(S3Config base) {
            bucket = base.bucket;
            createBucket = base.createBucket;
            region = base.region;
            endpoint = base.endpoint;
            pathStyle = base.pathStyle;
            credentials = base.credentials;
            objectPrefix = base.objectPrefix;
            cacheBytes = base.cacheBytes;
            weakReadAge = base.weakReadAge;
            maxRecordBytes = base.maxRecordBytes;
            maxInFlight = base.maxInFlight;
            connections = base.connections;
            attempts = base.attempts;
            attemptTimeout = base.attemptTimeout;
            connectTimeout = base.connectTimeout;
            conditionalDelete = base.conditionalDelete;
            eTagQuotes = base.eTagQuotes;
            tigrisConsistent = base.tigrisConsistent;
            requestChecksums = base.requestChecksums;
            compression = base.compression;
            compressAboveBytes = base.compressAboveBytes;
            client = base.client;
        }

        /** See {@link S3Config#bucket}. */
        public Builder bucket(String value) {
            bucket = value;
            return this;
        }

        /** See {@link S3Config#createBucket}. */
        public Builder createBucket(boolean value) {
            createBucket = value;
            return this;
        }

        /** See {@link S3Config#region}. */
        public Builder region(String value) {
            region = Optional.of(value);
            return this;
        }

        /** See {@link S3Config#endpoint}. */
        public Builder endpoint(URI value) {
            endpoint = Optional.of(value);
            return this;
        }

        /** See {@link S3Config#pathStyle}. */
        public Builder pathStyle(boolean value) {
            pathStyle = value;
            return this;
        }

        /** See {@link S3Config#credentials}. */
        public Builder credentials(S3Credentials value) {
            credentials = Optional.of(value);
            return this;
        }

        /** See {@link S3Config#objectPrefix}. */
        public Builder objectPrefix(String value) {
            objectPrefix = value;
            return this;
        }

        /** See {@link S3Config#cacheBytes}. */
        public Builder cacheBytes(long value) {
            cacheBytes = value;
            return this;
        }

        /** See {@link S3Config#weakReadAge}. */
        public Builder weakReadAge(Duration value) {
            weakReadAge = value;
            return this;
        }

        /** See {@link S3Config#maxRecordBytes}. */
        public Builder maxRecordBytes(int value) {
            maxRecordBytes = value;
            return this;
        }

        /** See {@link S3Config#maxInFlight}. */
        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        /** See {@link S3Config#connections}. */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /** See {@link S3Config#attempts}. */
        public Builder attempts(int value) {
            attempts = value;
            return this;
        }

        /** See {@link S3Config#attemptTimeout}. */
        public Builder attemptTimeout(Duration value) {
            attemptTimeout = value;
            return this;
        }

        /** See {@link S3Config#connectTimeout}. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** See {@link S3Config#conditionalDelete}. */
        public Builder conditionalDelete(ConditionalDelete value) {
            conditionalDelete = value;
            return this;
        }

        /** See {@link S3Config#eTagQuotes}. */
        public Builder eTagQuotes(ETagQuotes value) {
            eTagQuotes = value;
            return this;
        }

        /** See {@link S3Config#tigrisConsistent}. */
        public Builder tigrisConsistent(boolean value) {
            tigrisConsistent = value;
            return this;
        }

        /** See {@link S3Config#requestChecksums}. */
        public Builder requestChecksums(RequestChecksums value) {
            requestChecksums = value;
            return this;
        }

        /** See {@link S3Config#compression}. */
        public Builder compression(S3Compression value) {
            compression = value;
            return this;
        }

        /** See {@link S3Config#compressAboveBytes}. */
        public Builder compressAboveBytes(int value) {
            compressAboveBytes = value;
            return this;
        }

        /** See {@link S3Config#client}. */
        public Builder client(Consumer<S3ClientBuilder> value) {
            client = value;
            return this;
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public S3Config build() {
            return new S3Config(
                    bucket,
                    createBucket,
                    region,
                    endpoint,
                    pathStyle,
                    credentials,
                    objectPrefix,
                    cacheBytes,
                    weakReadAge,
                    maxRecordBytes,
                    maxInFlight,
                    connections,
                    attempts,
                    attemptTimeout,
                    connectTimeout,
                    conditionalDelete,
                    eTagQuotes,
                    tigrisConsistent,
                    requestChecksums,
                    compression,
                    compressAboveBytes,
                    client);
        }
    }
}
