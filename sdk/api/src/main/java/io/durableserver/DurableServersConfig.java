package io.durableserver;

import io.durableserver.spi.BackendFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of one {@link DurableServers}: immutable, validated when it is built.
 *
 * @param prefix name space of keys, records and messages in the cluster and in the store; ends with {@code /}, 2 to 128
 *     characters of letters, digits and {@code / _ . -}
 * @param types the server types this node knows and may host, one per name
 * @param backend where records are stored
 * @param services objects that servers get through {@link ServerContext#service}
 * @param limits bounds
 * @param timeouts waiting times
 * @param lease the node lease
 * @param messageCodecOverride the codec of messages and replies; CBOR when empty; the same on all nodes
 * @param allowMixedTypeVersions lets nodes with other versions of a type join, for a rolling deployment
 * @param verifyEncoding proves that states, messages and replies come back from their bytes, see
 *     {@link Builder#verifyEncoding}
 */
public record DurableServersConfig(
        String prefix,
        List<ServerType<?>> types,
        BackendFactory backend,
        Map<Class<?>, Object> services,
        Limits limits,
        Timeouts timeouts,
        LeaseConfig lease,
        Optional<Codec> messageCodecOverride,
        boolean allowMixedTypeVersions,
        boolean verifyEncoding) {

    public DurableServersConfig {
        if (!prefix.matches("[A-Za-z0-9/_.-]{1,127}/") || prefix.startsWith("/") || prefix.startsWith("__")) {
            throw ConfigurationException.option(
                    "prefix", prefix, "2 to 128 letters, digits and / _ . -, ending in /, not starting with / or __");
        }
        types = List.copyOf(types);
        Map<String, ServerType<?>> byName = new LinkedHashMap<>();
        for (ServerType<?> type : types) {
            if (byName.put(type.name(), type) != null) {
                throw ConfigurationException.option("types", type.name(), "named differently");
            }
        }
        services = Map.copyOf(services);
    }

    /** A new builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these values. */
    public static Builder from(DurableServersConfig base) {
        Builder builder = new Builder();
        builder.prefix = base.prefix;
        builder.types.addAll(base.types);
        builder.backend = base.backend;
        builder.services.putAll(base.services);
        builder.limits = base.limits;
        builder.timeouts = base.timeouts;
        builder.lease = base.lease;
        builder.messageCodec = base.messageCodecOverride.orElse(null);
        builder.allowMixedTypeVersions = base.allowMixedTypeVersions;
        builder.verifyEncoding = base.verifyEncoding;
        return builder;
    }

    /** Builds a {@link DurableServersConfig}. Setters are named like its components; also usable as a Spring bean. */
    public static final class Builder {
        private @Nullable String prefix;
        private final List<ServerType<?>> types = new ArrayList<>();
        private @Nullable BackendFactory backend;
        private final Map<Class<?>, Object> services = new LinkedHashMap<>();
        private Limits limits = Limits.DEFAULT;
        private Timeouts timeouts = Timeouts.DEFAULT;
        private LeaseConfig lease = LeaseConfig.DEFAULT;
        private @Nullable Codec messageCodec;
        private boolean allowMixedTypeVersions;
        private boolean verifyEncoding = true;

        private Builder() {}

        /** Required. */
        public Builder prefix(String value) {
            prefix = value;
            return this;
        }

        public Builder type(ServerType<?> value) {
            types.add(Objects.requireNonNull(value, "type"));
            return this;
        }

        public Builder types(List<ServerType<?>> values) {
            types.addAll(values);
            return this;
        }

        /** Required. */
        public Builder backend(BackendFactory value) {
            backend = value;
            return this;
        }

        public <T> Builder service(Class<T> type, T value) {
            services.put(type, type.cast(value));
            return this;
        }

        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        public Builder timeouts(Timeouts value) {
            timeouts = value;
            return this;
        }

        public Builder lease(LeaseConfig value) {
            lease = value;
            return this;
        }

        public Builder messageCodec(Codec value) {
            messageCodec = value;
            return this;
        }

        public Builder allowMixedTypeVersions(boolean value) {
            allowMixedTypeVersions = value;
            return this;
        }

        /**
         * Whether the first value of each state, message and reply class, and each value with a class at a place where none
         * of it was seen before, is decoded and compared before it is acknowledged. On by default. Values of classes seen
         * before cost a look at the places where other classes may come, at most 100,000 values of one state.
         */
        public Builder verifyEncoding(boolean value) {
            verifyEncoding = value;
            return this;
        }

        /**
         * Validates and builds.
         *
         * @throws ConfigurationException naming the option, its value and its bound
         */
        public DurableServersConfig build() {
            if (prefix == null) {
                throw ConfigurationException.option("prefix", null, "set");
            }
            if (backend == null) {
                throw ConfigurationException.option("backend", null, "set");
            }
            return new DurableServersConfig(
                    prefix,
                    types,
                    backend,
                    services,
                    limits,
                    timeouts,
                    lease,
                    Optional.ofNullable(messageCodec),
                    allowMixedTypeVersions,
                    verifyEncoding);
        }
    }
}
