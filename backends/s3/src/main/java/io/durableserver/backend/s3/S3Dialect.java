package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.config.OptionValues;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a store that speaks S3 differs from the others. The presets say what is known of it, and leave the rest to the probe that each
 * node makes at its start. All nodes that share a prefix must use the same one. Immutable.
 */
public final class S3Dialect {

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("s3.dialect", "dialect")
            .option("pathStyle", OptionKind.flag(), b -> b.pathStyle, Builder::pathStyle)
            .option(
                    "conditionalDelete",
                    OptionKind.choice(ConditionalDelete.class),
                    b -> b.conditionalDelete,
                    Builder::conditionalDelete)
            .option("eTagQuotes", OptionKind.choice(ETagQuotes.class), b -> b.eTagQuotes, Builder::eTagQuotes)
            .option("tigrisConsistent", OptionKind.flag(), b -> b.tigrisConsistent, Builder::tigrisConsistent)
            .option(
                    "requestChecksums",
                    OptionKind.choice(RequestChecksums.class),
                    b -> b.requestChecksums,
                    Builder::requestChecksums)
            .option(
                    "defaultRegion",
                    OptionKind.text("[A-Za-z0-9-]{1,64}", "1 to 64 letters, digits, hyphens"),
                    b -> b.defaultRegion,
                    Builder::defaultRegion);

    /** Amazon S3, and what behaves as it does: the bucket in the host name. What is used unless another one is set. */
    public static final S3Dialect AWS = builder().build();

    /** MinIO: the bucket in the path. */
    public static final S3Dialect MINIO = inPath().build();

    /** Ceph RGW: the bucket in the path, and tombstones stay, since releases ignore the condition of a DELETE (16.2 does). */
    public static final S3Dialect CEPH =
            inPath().conditionalDelete(ConditionalDelete.OFF).build();

    /** Tigris: reads and writes that must not be stale say so. */
    public static final S3Dialect TIGRIS =
            builder().tigrisConsistent(true).defaultRegion("auto").build();

    /** Cloudflare R2: the bucket in the path, and the region {@code auto}. */
    public static final S3Dialect R2 = inPath().defaultRegion("auto").build();

    private final Builder set;

    private S3Dialect(Builder set) {
        OPTIONS.check(set);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(S3Dialect base) {
        return base.set.copy();
    }

    private static Builder inPath() {
        return builder().pathStyle(true);
    }

    /** The presets by the names they have in a map. */
    static Map<String, S3Dialect> presets() {
        Map<String, S3Dialect> presets = new LinkedHashMap<>();
        presets.put("aws", AWS);
        presets.put("minio", MINIO);
        presets.put("ceph", CEPH);
        presets.put("tigris", TIGRIS);
        presets.put("r2", R2);
        return presets;
    }

    static void fill(Builder builder, OptionValues values) {
        OPTIONS.fill(builder, values);
    }

    static Map<String, String> keys() {
        return OPTIONS.keys();
    }

    /** Whether the bucket is in the path of a request; otherwise it is in the host name. */
    public boolean pathStyle() {
        return set.pathStyle;
    }

    /** Whether the store keeps the condition of a DELETE. */
    public ConditionalDelete conditionalDelete() {
        return set.conditionalDelete;
    }

    /** How an ETag is written in a condition. */
    public ETagQuotes eTagQuotes() {
        return set.eTagQuotes;
    }

    /** Whether strong requests carry {@code x-tigris-consistent: true}, which Tigris needs for them. */
    public boolean tigrisConsistent() {
        return set.tigrisConsistent;
    }

    /** The requests to which the SDK adds checksums. */
    public RequestChecksums requestChecksums() {
        return set.requestChecksums;
    }

    /** The region of a bucket for which none is set; when empty, what the SDK finds, or {@code us-east-1} with an endpoint. */
    public Optional<String> defaultRegion() {
        return Optional.ofNullable(set.defaultRegion);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof S3Dialect that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "S3Dialect" + OPTIONS.values(set);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private boolean pathStyle;
        private ConditionalDelete conditionalDelete = ConditionalDelete.PROBE;
        private ETagQuotes eTagQuotes = ETagQuotes.PROBE;
        private boolean tigrisConsistent;
        private RequestChecksums requestChecksums = RequestChecksums.WHEN_REQUIRED;
        private @Nullable String defaultRegion;

        private Builder() {}

        /** See {@link S3Dialect#pathStyle}. */
        public Builder pathStyle(boolean value) {
            pathStyle = value;
            return this;
        }

        /** See {@link S3Dialect#conditionalDelete}. */
        public Builder conditionalDelete(ConditionalDelete value) {
            conditionalDelete = OPTIONS.given("conditionalDelete", value);
            return this;
        }

        /** See {@link S3Dialect#eTagQuotes}. */
        public Builder eTagQuotes(ETagQuotes value) {
            eTagQuotes = OPTIONS.given("eTagQuotes", value);
            return this;
        }

        /** See {@link S3Dialect#tigrisConsistent}. */
        public Builder tigrisConsistent(boolean value) {
            tigrisConsistent = value;
            return this;
        }

        /** See {@link S3Dialect#requestChecksums}. */
        public Builder requestChecksums(RequestChecksums value) {
            requestChecksums = OPTIONS.given("requestChecksums", value);
            return this;
        }

        /** See {@link S3Dialect#defaultRegion}. */
        public Builder defaultRegion(String value) {
            defaultRegion = OPTIONS.given("defaultRegion", value);
            return this;
        }

        private Builder copy() {
            return OPTIONS.copy(this, new Builder());
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public S3Dialect build() {
            return new S3Dialect(copy());
        }
    }
}
