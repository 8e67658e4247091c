package io.durableserver.runtime.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where servers are: a bounded cache of locations in front of the directory, and starts through the arbiter. A location
 * is a hint; the node it names says "not here" when it is wrong.
 */
public final class Routing {
    /** What a start gets beyond its deadline, so that an error that knows more comes first. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private final Directory directory;
    private final RecordedOwner recorded;
    private final Membership membership;
    private final Readiness readiness;
    private final ControlPlane control;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Cache<String, Session> locations;

    public Routing(
            Directory directory,
            RecordedOwner recorded,
            Membership membership,
            Readiness readiness,
            ControlPlane control,
            Scheduler scheduler,
            TimeSource time,
            int maxLocations) {
        this.directory = directory;
        this.recorded = recorded;
        this.membership = membership;
        this.readiness = readiness;
        this.control = control;
        this.scheduler = scheduler;
        this.time = time;
        this.locations = Caffeine.newBuilder()
                .maximumSize(maxLocations)
                .executor(Runnable::run)
                .build();
    }

    /** The remembered place of a key, when its session is still there; no look-up. */
    public @Nullable Session cached(String key) {
        Session session = locations.getIfPresent(key);
        return session != null && membership.view().contains(session) ? session : null;
    }

    /** How many places are remembered, roughly; any thread. */
    public long locations() {
        return locations.estimatedSize();
    }

    /** Takes note of where a server is. */
    public void learned(String key, Session session) {
        // One instance for all keys: every call compares it several times.
        locations.put(key, membership.intern(session));
    }

    /** The session said "not here", or is gone. */
    public void forget(String key, Session session) {
        locations.asMap().remove(key, session);
    }

    /** The directory entry of a key, when its session is in the cluster; by the record when the directory cannot answer. */
    public CompletionStage<Optional<DirectoryEntry>> entry(String key) {
        return directory
                .get(key)
                .handle((entry, failure) ->
                        failure == null ? CompletableFuture.completedFuture(entry) : recorded.find(key, failure))
                .thenCompose(found -> found)
                .thenApply(entry -> entry.filter(e -> membership.view().contains(e.session())));
    }

    /**
     * Where the server is; revives it from its stored state when it does not run.
     *
     * @param suspect a session that said "not here" although the directory may still name it; or null
     * @param origin the chain of callers that wait for it, and until when
     */
    public CompletionStage<Session> locate(String type, String key, @Nullable Session suspect, Origin origin) {
        Session remembered = cached(key);
        if (remembered != null && !remembered.equals(suspect)) {
            return CompletableFuture.completedFuture(remembered);
        }
        return entry(key).exceptionally(failure -> Optional.empty()).thenCompose(entry -> {
            if (entry.isPresent() && !entry.get().session().equals(suspect)) {
                learned(key, entry.get().session());
                return CompletableFuture.completedFuture(entry.get().session());
            }
            return start(new Start(key, type, new Start.Cause.Revive(), origin)).thenApply(Control.Started::session);
        });
    }

    /** Starts a server through its arbiter; goes to the next one when that one is lost or not ready. */
    public CompletionStage<Control.Started> start(Start request) {
        CompletableFuture<Control.Started> end = new CompletableFuture<>();
        Duration left = GRACE.plusNanos(Math.max(0, request.origin().deadlineNanos() - time.nanoTime()));
        Registration limit = scheduler.schedule(left, () -> end.completeExceptionally(overdue(request)));
        CompletionStage<Control.Started> watched = end;
        watched.whenComplete((started, failure) -> {
            limit.close();
            if (started != null) {
                learned(request.key(), started.session());
            }
        });
        new StartSearch(request, end, directory, readiness, control, scheduler, time).next();
        return end;
    }

    /** A start that goes on beyond its deadline: user code that hangs, or an owner whose lease goes on and on. */
    private static OutcomeUnknownException overdue(Start request) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.DEADLINE,
                "The deadline passed; the start may still go on",
                Map.of("key", request.key(), "type", request.type()));
    }
}
