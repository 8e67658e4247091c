package io.durableserver.ignite.control;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.ignite.base.IgniteStages;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport.RequestHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.cluster.ClusterGroup;
import org.apache.ignite.cluster.ClusterGroupEmptyException;
import org.apache.ignite.lang.IgniteFuture;
import org.jspecify.annotations.Nullable;

/** Requests and answers by compute jobs, which run on a pool of their own: user tasks cannot hold them up. */
public final class ControlPlane implements AutoCloseable {
    /** The name of the executor in the node's configuration. */
    public static final String EXECUTOR = "durableserver-control";

    private static final String LOCAL = "durableserver.control:";

    private final Ignite ignite;
    private final String prefix;
    private final Membership membership;
    private final Scheduler scheduler;
    private volatile @Nullable RequestHandler handler;

    public ControlPlane(Ignite ignite, String prefix, Membership membership, Scheduler scheduler) {
        this.ignite = ignite;
        this.prefix = prefix;
        this.membership = membership;
        this.scheduler = scheduler;
        local(ignite).put(LOCAL + prefix, this);
    }

    private static ConcurrentMap<String, ControlPlane> local(Ignite ignite) {
        return ignite.cluster().nodeLocalMap();
    }

    /** The control plane of a prefix on this node, while it is open. */
    static Optional<ControlPlane> of(Ignite ignite, String prefix) {
        return Optional.ofNullable(local(ignite).get(LOCAL + prefix));
    }

    @Override
    public void close() {
        local(ignite).remove(LOCAL + prefix, this);
    }

    public void onRequest(RequestHandler value) {
        handler = value;
    }

    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        Registration timer = scheduler.schedule(
                timeout,
                () -> answer.completeExceptionally(new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.DEADLINE,
                        "No answer in time",
                        Map.of("session", to, "timeout", timeout))));
        if (to.equals(membership.self())) {
            var unused = serve(to, request).whenComplete((value, failure) -> finish(answer, value, failure, to));
        } else {
            remote(to, request, answer);
        }
        return answer.whenComplete((value, failure) -> timer.close());
    }

    private void remote(Session to, byte[] request, CompletableFuture<byte[]> answer) {
        UUID node = UUID.fromString(to.incarnation());
        try {
            ClusterGroup group = ignite.cluster().forNodeId(node);
            IgniteCompute compute = ignite.compute(group).withNoFailover().withExecutor(EXECUTOR);
            IgniteFuture<byte[]> future = compute.executeAsync(
                    new ControlTask(node), new ControlTask.Request(prefix, membership.self(), request));
            var unused = IgniteStages.stage(future, scheduler.internal(), ControlAnswer::open, failure -> failure)
                    .whenComplete((value, failure) -> finish(answer, value, failure, to));
            cancelWith(answer, future);
        } catch (RuntimeException e) {
            finish(answer, null, e, to);
        }
    }

    /** Cancels the task of a caller that has stopped waiting. */
    private static void cancelWith(CompletableFuture<byte[]> answer, IgniteFuture<byte[]> future) {
        var unused = answer.whenComplete((value, failure) -> {
            if (failure != null && !future.isDone()) {
                future.cancel();
            }
        });
    }

    /** Answers a request of another session, or of this one. */
    CompletionStage<byte[]> serve(Session from, byte[] request) {
        RequestHandler receiver = handler;
        if (receiver == null) {
            return CompletableFuture.failedFuture(notReady(prefix));
        }
        try {
            return receiver.handle(membership.intern(from), request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static NotAppliedException notReady(String prefix) {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_READY, "The node is not ready", Map.of("prefix", prefix));
    }

    private static void finish(
            CompletableFuture<byte[]> answer, byte @Nullable [] value, @Nullable Throwable failure, Session to) {
        if (value != null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(translate(failure, to));
        }
    }

    private static RuntimeException translate(@Nullable Throwable failure, Session to) {
        Throwable cause = ControlAnswer.unwrap(failure);
        if (cause instanceof DurableServerException known) {
            return known;
        }
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof ClusterGroupEmptyException) {
                return new NotAppliedException(
                        NotAppliedException.Reason.NO_ELIGIBLE_NODE,
                        "The session is not in the cluster",
                        Map.of("session", to));
            }
        }
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST,
                "The session was lost before it answered",
                Map.of("session", to),
                cause);
    }
}
