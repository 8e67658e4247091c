package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Two stores as one backend, to move the records of running servers from one to the other. Configure it on every node in
 * place of the single store, then walk through the phases with {@link #rollout} on any one of them. Thread-safe.
 */
public final class Mirror implements BackendFactory {
    /** The text between what the two stores say of a node. */
    private static final String BETWEEN = "\u001E";

    private final MirrorConfig config;
    private final Map<String, MirrorBackend> newest = new ConcurrentHashMap<>();

    private Mirror(MirrorConfig config) {
        this.config = config;
    }

    /** A mirror; each node of the process opens its own handle on it. */
    public static Mirror backend(MirrorConfig config) {
        return new Mirror(config);
    }

    /**
     * Opens both stores.
     *
     * @throws io.durableserver.ConfigurationException where a store cannot be opened, or both are the same object; a store
     *     that turns out to be the other one, or a target with records of its own, fails {@link Backend#ready}
     */
    @Override
    public Backend open(Context context) {
        MirrorBackend opened = Assembly.open(config, context);
        newest.put(context.prefix(), opened);
        return opened;
    }

    /** Checks both stores. */
    @Override
    public void check(Environment environment) {
        config.source().check(environment);
        config.target().check(environment);
    }

    /** What both stores say. */
    @Override
    public Optional<String> introduction(Environment environment) {
        Optional<String> source = config.source().introduction(environment);
        Optional<String> target = config.target().introduction(environment);
        return source.isEmpty() && target.isEmpty()
                ? Optional.empty()
                : Optional.of(source.orElse("") + BETWEEN + target.orElse(""));
    }

    /** The reason that either store has to keep the node out. */
    @Override
    public Optional<String> refuse(Newcomer newcomer) {
        return config.source()
                .refuse(new Half(newcomer, 0))
                .or(() -> config.target().refuse(new Half(newcomer, 1)));
    }

    /** What either store waits for. */
    @Override
    public Optional<String> waitsFor(Environment environment) {
        return config.source().waitsFor(environment).or(() -> config.target().waitsFor(environment));
    }

    /** A node as one of the stores sees it. */
    private record Half(Newcomer whole, int part) implements Newcomer {
        @Override
        public String name() {
            return whole.name();
        }

        @Override
        public String prefix() {
            return whole.prefix();
        }

        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return whole.resource(type);
        }

        @Override
        public Optional<String> introduction() {
            return whole.introduction().flatMap(this::own);
        }

        @Override
        public List<String> introductionsHere() {
            return whole.introductionsHere().stream()
                    .map(this::own)
                    .flatMap(Optional::stream)
                    .toList();
        }

        /** A node without a mirror says what its only store says. */
        private Optional<String> own(String text) {
            String[] parts = text.split(BETWEEN, 2);
            return Optional.of(parts[Math.min(part, parts.length - 1)]).filter(one -> !one.isEmpty());
        }
    }

    /**
     * The rollout of a prefix, by the handle that was opened for it last in this process.
     *
     * @throws NotAppliedException {@code NOT_READY} when this process has opened none
     */
    public Rollout rollout(String prefix) {
        MirrorBackend opened = newest.get(prefix);
        if (opened == null) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY,
                    "No backend of this mirror is open for the prefix",
                    Map.of("prefix", prefix));
        }
        return opened.rollout();
    }
}
