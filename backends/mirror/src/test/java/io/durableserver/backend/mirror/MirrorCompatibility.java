package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Session;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import io.durableserver.testkit.backend.StoreContext;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract of a store, by a mirror of two stores in memory. */
abstract class MirrorCompatibility extends BackendCompatibilityKit {
    static final String PREFIX = "kit/";
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final StoreContext NODE = StoreContext.real(PREFIX);
    private static final AtomicInteger SESSIONS = new AtomicInteger();

    private final InMemoryStore source = new InMemoryStore();
    private final InMemoryStore target = new InMemoryStore();

    static MirrorConfig.Builder config(BackendFactory source, BackendFactory target) {
        return MirrorConfig.builder(source, target)
                .pollEvery(Duration.ofMillis(20))
                .phaseValidity(Duration.ofSeconds(2))
                .secondLook(Duration.ofMillis(20))
                .outsiderWatch(Duration.ZERO);
    }

    Mirror mirror(MirrorMode mode) {
        return Mirror.backend(config(InMemoryBackend.factory(source), InMemoryBackend.factory(target))
                .mode(mode)
                .build());
    }

    Backend open(MirrorMode mode) {
        return mirror(mode).open(context());
    }

    static BackendFactory.Context context() {
        return NODE.with(new Session("kit", "i" + SESSIONS.incrementAndGet()));
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}
