package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Two stores as one backend, to move the records of running servers from one to the other. Configure it on every node in
 * place of the single store, then walk through the phases with {@link #rollout} on any one of them. Thread-safe.
 */
public final class Mirror implements BackendFactory {
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
        MirrorBackend opened = new MirrorBackend(new Parts(config, context));
        newest.put(context.prefix(), opened);
        return opened;
    }

    /** Checks both stores. */
    @Override
    public void check(Environment environment) {
        config.source().check(environment);
        config.target().check(environment);
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
        return new Rollout(opened.parts());
    }
}
