package io.durableserver.config;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import io.durableserver.spi.RuntimeEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Configuration of one {@link DurableServers}: immutable, checked when it is built. */
public final class DurableServersConfig {
    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("", "")
            .option(
                    "prefix",
                    OptionKind.text(
                            "(?!/|__)[A-Za-z0-9/_.-]{1,127}/",
                            "2 to 128 letters, digits and / _ . -, ending in /, not starting with / or __"),
                    b -> b.prefix,
                    Builder::prefix)
            .option(
                    "allowMixedTypeVersions",
                    OptionKind.flag(),
                    b -> b.allowMixedTypeVersions,
                    Builder::allowMixedTypeVersions)
            .option("verifyEncoding", OptionKind.flag(), b -> b.verifyEncoding, Builder::verifyEncoding);

    private final Builder set;
    private final String prefix;
    private final BackendFactory backend;
    private final List<ServerType<?>> types;
    private final Map<Class<?>, Object> services;
    private final List<RuntimeEvents> events;

    private DurableServersConfig(Builder set) {
        OPTIONS.check(set);
        this.set = set;
        if (set.prefix == null) {
            throw ConfigurationException.option("prefix", null, "set");
        }
        if (set.backend == null) {
            throw ConfigurationException.option("backend", null, "set");
        }
        this.prefix = set.prefix;
        this.backend = set.backend;
        this.types = List.copyOf(set.types);
        this.services = Map.copyOf(set.services);
        this.events = List.copyOf(set.events);
        Map<String, ServerType<?>> byName = new LinkedHashMap<>();
        for (ServerType<?> type : types) {
            if (byName.put(type.name(), type) != null) {
                throw ConfigurationException.option("types", type.name(), "named differently");
            }
        }
    }

    /** A new builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these values. */
    public static Builder from(DurableServersConfig base) {
        return base.set.copy();
    }

    /**
     * A builder with the values of a map, such as {@link java.util.Properties}: {@code prefix}, {@code limits.mailbox-capacity},
     * {@code timeouts.call}, …; {@code sdk/docs/options.md} lists all keys. What has no text (types, backend, services, codecs) is
     * set afterwards.
     *
     * @throws ConfigurationException for an unknown key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public static Builder from(Map<?, ?> values) {
        OptionValues texts = OptionValues.of(values);
        texts.refuseOthers(keys().keySet());
        Builder builder = new Builder();
        OPTIONS.fill(builder, texts);
        Limits.Builder limits = Limits.builder();
        Limits.fill(limits, texts);
        Timeouts.Builder timeouts = Timeouts.builder();
        Timeouts.fill(timeouts, texts);
        LeaseConfig.Builder lease = LeaseConfig.builder();
        LeaseConfig.fill(lease, texts);
        texts.get(ListenerNames.KEY).ifPresent(builder::eventsNamed);
        return builder.limits(limits.build()).timeouts(timeouts.build()).lease(lease.build());
    }

    /** The keys of {@link #from(Map)}, with what their values must be. */
    public static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>(OPTIONS.keys());
        keys.put(ListenerNames.KEY, ListenerNames.BOUND);
        keys.putAll(Limits.options().keys());
        keys.putAll(Timeouts.options().keys());
        keys.putAll(LeaseConfig.options().keys());
        return keys;
    }

    /**
     * The name space of keys, records and messages in the cluster and in the store; ends with {@code /}, 2 to 128 characters of
     * letters, digits and {@code / _ . -}.
     */
    public String prefix() {
        return prefix;
    }

    /** The server types this node knows and may host, one per name. */
    public List<ServerType<?>> types() {
        return types;
    }

    /** Where records are stored. */
    public BackendFactory backend() {
        return backend;
    }

    /** Objects that servers get through {@link ServerContext#service}. */
    public Map<Class<?>, Object> services() {
        return services;
    }

    /** The listeners to what happens in the runtime. */
    public List<RuntimeEvents> events() {
        return events;
    }

    public Limits limits() {
        return set.limits;
    }

    public Timeouts timeouts() {
        return set.timeouts;
    }

    public LeaseConfig lease() {
        return set.lease;
    }

    /** The codec of states of types that name none; JSON when empty. The same on all nodes. */
    public Optional<Codec> stateCodec() {
        return Optional.ofNullable(set.stateCodec);
    }

    /** The codec of messages and replies; CBOR when empty. The same on all nodes. */
    public Optional<Codec> messageCodec() {
        return Optional.ofNullable(set.messageCodec);
    }

    /** Whether nodes with other versions of a type may join, for a rolling deployment. */
    public boolean allowMixedTypeVersions() {
        return set.allowMixedTypeVersions;
    }

    /** Whether it is proved that states, messages and replies come back from their bytes, see {@link Builder#verifyEncoding}. */
    public boolean verifyEncoding() {
        return set.verifyEncoding;
    }

    /** Builds a {@link DurableServersConfig}; also usable as a Spring bean. */
    public static final class Builder {
        private @Nullable String prefix;
        private final List<ServerType<?>> types = new ArrayList<>();
        private @Nullable BackendFactory backend;
        private final Map<Class<?>, Object> services = new LinkedHashMap<>();
        private final List<RuntimeEvents> events = new ArrayList<>();
        private Limits limits = Limits.DEFAULT;
        private Timeouts timeouts = Timeouts.DEFAULT;
        private LeaseConfig lease = LeaseConfig.DEFAULT;
        private @Nullable Codec stateCodec;
        private @Nullable Codec messageCodec;
        private boolean allowMixedTypeVersions;
        private boolean verifyEncoding = true;

        private Builder() {}

        private Builder copy() {
            Builder copy = OPTIONS.copy(this, new Builder());
            copy.types.addAll(types);
            copy.backend = backend;
            copy.services.putAll(services);
            copy.events.addAll(events);
            copy.limits = limits;
            copy.timeouts = timeouts;
            copy.lease = lease;
            copy.stateCodec = stateCodec;
            copy.messageCodec = messageCodec;
            return copy;
        }

        /** Required. */
        public Builder prefix(String value) {
            prefix = OPTIONS.given("prefix", value);
            return this;
        }

        public Builder type(ServerType<?> value) {
            types.add(OPTIONS.given("type", value));
            return this;
        }

        public Builder types(List<ServerType<?>> values) {
            OPTIONS.given("types", values).forEach(this::type);
            return this;
        }

        /** Required. */
        public Builder backend(BackendFactory value) {
            backend = OPTIONS.given("backend", value);
            return this;
        }

        public <T> Builder service(Class<T> type, T value) {
            Class<T> named = OPTIONS.given("service", type);
            services.put(named, named.cast(OPTIONS.given("service", value)));
            return this;
        }

        /** Installs one more listener; the log is written without any. The same one twice is told once. */
        public Builder events(RuntimeEvents listener) {
            events.add(OPTIONS.given("events", listener));
            return this;
        }

        /**
         * Installs listeners by name, as {@code events} of a map does.
         *
         * @param names of public classes that implement {@link RuntimeEvents} and have a public constructor without parameters, with
         *     commas between them; {@code service-loader} stands for all that a {@link java.util.ServiceLoader} finds
         * @throws ConfigurationException {@code INVALID_OPTION} for a name of which none can be made, with the cause
         */
        public Builder eventsNamed(String names) {
            ListenerNames.load(OPTIONS.given(ListenerNames.KEY, names)).forEach(this::events);
            return this;
        }

        public Builder limits(Limits value) {
            limits = OPTIONS.given("limits", value);
            return this;
        }

        public Builder timeouts(Timeouts value) {
            timeouts = OPTIONS.given("timeouts", value);
            return this;
        }

        public Builder lease(LeaseConfig value) {
            lease = OPTIONS.given("lease", value);
            return this;
        }

        /** See {@link DurableServersConfig#stateCodec}; {@link ServerType#stateCodec} of a type comes first. */
        public Builder stateCodec(Codec value) {
            stateCodec = OPTIONS.given("stateCodec", value);
            return this;
        }

        /** See {@link DurableServersConfig#messageCodec}. */
        public Builder messageCodec(Codec value) {
            messageCodec = OPTIONS.given("messageCodec", value);
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
         * Checks and builds.
         *
         * @throws ConfigurationException naming the option, its value and its bound
         */
        public DurableServersConfig build() {
            return new DurableServersConfig(copy());
        }
    }
}
