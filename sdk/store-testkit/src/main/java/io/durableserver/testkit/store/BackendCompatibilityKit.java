package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract of {@link Backend} as a JUnit 5 suite: subclass it, say how to open a handle, and run it against a real
 * store. Its chapters are records, keys, versions, listing, a random model, concurrency, lifecycle, watches and faults.
 *
 * <p>A store whose requests take long lowers {@link #seeds}, {@link #increments} and {@link #rounds}.
 *
 * <p>Every test uses keys of its own, so the store may be shared and need not be empty; the records are left there.
 */
public abstract class BackendCompatibilityKit
        implements RecordChapter,
                KeyChapter,
                VersionChapter,
                ListingChapter,
                ListedRecordsChapter,
                ModelChapter,
                ConcurrencyChapter,
                LifecycleChapter,
                FaultChapter {
    private final String prefix = "kit/" + UUID.randomUUID() + "/";
    private final List<Backend> handles = new ArrayList<>();

    /** Opens a handle on the store under test. Called several times; all handles see the same records. */
    protected abstract Backend openBackend();

    /**
     * Restarts the store and opens a handle on the same records. All handles opened before are closed first.
     *
     * @return empty when a restart means nothing to this store: the test of restarts is skipped
     */
    protected Optional<Backend> reopen() {
        return Optional.empty();
    }

    /** How many random sequences are tried at {@link io.durableserver.testkit.Effort} 1; fewer for a slow store. */
    @Override
    public int seeds() {
        return 200;
    }

    /** How many conditional increments race; fewer for a slow store. */
    @Override
    public int increments() {
        return 2_000;
    }

    /**
     * How many rounds 32 writers race for one version at {@link io.durableserver.testkit.Effort} 1; each round is up to 64 requests. As
     * {@link #increments}, but at most 200, unless overridden.
     */
    @Override
    public int rounds() {
        return Math.min(increments(), 200);
    }

    /** Whether a listing with records has them, as stores do that need not fetch each. */
    @Override
    public boolean listsRecords() {
        return true;
    }

    /**
     * Whether a writer that lost a race may be told {@code Unknown} instead of {@code Conflict}, as by servers that answer
     * it with an error of their own. It costs the loser a read, never a write: the races still have one winner.
     */
    @Override
    public boolean losersMayBeInDoubt() {
        return false;
    }

    @BeforeEach
    final void openFirstHandle() {
        another();
    }

    @AfterEach
    final void closeHandles() {
        handles.forEach(Backend::close);
        handles.clear();
    }

    @Override
    public final Backend backend() {
        return handles.get(0);
    }

    @Override
    public final Backend another() {
        Backend backend = openBackend();
        handles.add(backend);
        BackendFixture.await(backend.ready());
        return backend;
    }

    @Override
    public final String key(String name) {
        return prefix + name;
    }

    @Override
    public final Optional<Backend> reopened() {
        closeHandles();
        Optional<Backend> reopened = reopen();
        reopened.ifPresent(backend -> {
            handles.add(backend);
            BackendFixture.await(backend.ready());
        });
        return reopened;
    }
}
