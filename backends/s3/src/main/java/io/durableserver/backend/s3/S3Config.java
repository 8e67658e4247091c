package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.config.OptionValues;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** How records are kept in a bucket. All nodes that share a prefix must use the same bucket, {@code objectPrefix} and {@code dialect}. Immutable. */
public final class S3Config {

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("s3", "")
            .option(
                    "bucket",
                    OptionKind.text(
                            "[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]", "3 to 63 letters, digits, dots, hyphens"),
                    b -> b.bucket,
                    Builder::bucket)
            .option("createBucket", OptionKind.flag(), b -> b.createBucket, Builder::createBucket)
            .option(
                    "region",
                    OptionKind.text("[A-Za-z0-9-]{1,64}", "1 to 64 letters, digits, hyphens"),
                    b -> b.region,
                    Builder::region)
            .option(
                    "endpoint",
                    OptionKind.of(
                            "an http or https URI with a host and without user, path and query",
                            URI::create,
                            uri -> true),
                    b -> b.endpoint,
                    Builder::endpoint)
            .option(
                    "objectPrefix",
                    OptionKind.of("empty, or a path that ends in /", text -> text, text -> true),
                    b -> b.objectPrefix,
                    Builder::objectPrefix)
            .option("compression", OptionKind.choice(S3Compression.class), b -> b.compression, Builder::compression);

    private final Builder set;

    private S3Config(Builder set) {
        OPTIONS.check(set);
        if (set.endpoint != null) {
            checkEndpoint(set.endpoint);
        }
        ObjectKeys.checkPrefix(set.objectPrefix);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(S3Config base) {
        return base.set.copy();
    }

    /**
     * A builder with the values of a map, such as {@link java.util.Properties}: {@code bucket}, {@code dialect} (a preset: {@code aws},
     * {@code minio}, {@code ceph}, {@code tigris}, {@code r2}), {@code dialect.path-style}, {@code tuning.cache-bytes}, …;
     * {@code sdk/docs/options.md} lists the keys.
     *
     * @throws ConfigurationException for an unknown key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public static Builder from(Map<?, ?> values) {
        return S3Keys.read(OptionValues.of(values));
    }

    /** The keys of {@link #from(Map)}, with what their values must be. */
    public static Map<String, String> keys() {
        return S3Keys.all();
    }

    static void fill(Builder builder, OptionValues values) {
        OPTIONS.fill(builder, values);
    }

    static Map<String, String> ownKeys() {
        return OPTIONS.keys();
    }

    /** The place of the bucket, for messages. */
    String place() {
        return endpoint().map(URI::toString).orElseGet(() -> region().orElse("the default region"));
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

    /** Name of the bucket, 3 to 63 letters, digits, {@code . _ -}. */
    public String bucket() {
        return set.bucket;
    }

    /** Whether a missing bucket is created. */
    public boolean createBucket() {
        return set.createBucket;
    }

    /** The bucket's region; when empty that of the dialect, else what the SDK finds, or {@code us-east-1} with an endpoint of one's own. */
    public Optional<String> region() {
        return Optional.ofNullable(set.region).or(set.dialect::defaultRegion);
    }

    /** The address of the store, as http or https URI without a path; when empty, AWS in the region. */
    public Optional<URI> endpoint() {
        return Optional.ofNullable(set.endpoint);
    }

    /** Put before every record key, empty or ending with {@code /}, at most 256 bytes. */
    public String objectPrefix() {
        return set.objectPrefix;
    }

    /** How objects are compressed. */
    public S3Compression compression() {
        return set.compression;
    }

    /** A fixed key pair; when empty, the SDK's default chain (environment, profile, container, instance). */
    public Optional<S3Credentials> credentials() {
        return Optional.ofNullable(set.credentials);
    }

    /** How the store differs from others. */
    public S3Dialect dialect() {
        return set.dialect;
    }

    /** How much is asked of it at a time, how long it is waited for, and how much of it is remembered. */
    public S3Tuning tuning() {
        return set.tuning;
    }

    /** Last changes to the SDK's client, such as another HTTP client; called once per backend. An HTTP client that is handed over ({@code httpClient}) stays open, one that is built for a backend ({@code httpClientBuilder}) is closed with it. Retries of the SDK are switched off after it, since a blind retry would turn one's own write into a conflict. */
    public Consumer<S3ClientBuilder> client() {
        return set.client;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof S3Config that
                && OPTIONS.values(set).equals(OPTIONS.values(that.set))
                && Objects.equals(set.credentials, that.set.credentials)
                && Objects.equals(set.dialect, that.set.dialect)
                && Objects.equals(set.tuning, that.set.tuning)
                && Objects.equals(set.client, that.set.client);
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "S3Config" + OPTIONS.values(set);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private String bucket = "";
        private boolean createBucket;
        private @Nullable String region;
        private @Nullable URI endpoint;
        private String objectPrefix = "";
        private S3Compression compression = S3Compression.NONE;
        private @Nullable S3Credentials credentials;
        private S3Dialect dialect = S3Dialect.AWS;
        private S3Tuning tuning = S3Tuning.defaults();
        private Consumer<S3ClientBuilder> client = builder -> {};

        private Builder() {}

        /** See {@link S3Config#bucket}. */
        public Builder bucket(String value) {
            bucket = OPTIONS.given("bucket", value);
            return this;
        }

        /** See {@link S3Config#createBucket}. */
        public Builder createBucket(boolean value) {
            createBucket = value;
            return this;
        }

        /** See {@link S3Config#region}. */
        public Builder region(String value) {
            region = OPTIONS.given("region", value);
            return this;
        }

        /** See {@link S3Config#endpoint}. */
        public Builder endpoint(URI value) {
            endpoint = OPTIONS.given("endpoint", value);
            return this;
        }

        /** See {@link S3Config#objectPrefix}. */
        public Builder objectPrefix(String value) {
            objectPrefix = OPTIONS.given("objectPrefix", value);
            return this;
        }

        /** See {@link S3Config#compression}. */
        public Builder compression(S3Compression value) {
            compression = OPTIONS.given("compression", value);
            return this;
        }

        /** See {@link S3Config#credentials}. */
        public Builder credentials(S3Credentials value) {
            credentials = OPTIONS.given("credentials", value);
            return this;
        }

        /** See {@link S3Config#dialect}. */
        public Builder dialect(S3Dialect value) {
            dialect = OPTIONS.given("dialect", value);
            return this;
        }

        /** See {@link S3Config#tuning}. */
        public Builder tuning(S3Tuning value) {
            tuning = OPTIONS.given("tuning", value);
            return this;
        }

        /** See {@link S3Config#client}. */
        public Builder client(Consumer<S3ClientBuilder> value) {
            client = OPTIONS.given("client", value);
            return this;
        }

        private Builder copy() {
            Builder copy = OPTIONS.copy(this, new Builder());
            copy.credentials = credentials;
            copy.dialect = dialect;
            copy.tuning = tuning;
            copy.client = client;
            return copy;
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public S3Config build() {
            return new S3Config(copy());
        }
    }
}
