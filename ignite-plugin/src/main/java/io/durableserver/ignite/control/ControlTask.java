package io.durableserver.ignite.control;

import io.durableserver.spi.Session;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterGroupEmptyException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.compute.ComputeJob;
import org.apache.ignite.compute.ComputeJobContext;
import org.apache.ignite.compute.ComputeJobResult;
import org.apache.ignite.compute.ComputeJobResultPolicy;
import org.apache.ignite.compute.ComputeTask;
import org.apache.ignite.compute.ComputeTaskNoResultCache;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.apache.ignite.resources.JobContextResource;
import org.jspecify.annotations.Nullable;

/** Takes one request to one node and its answer back; never fails over to another node. */
@ComputeTaskNoResultCache
public final class ControlTask implements ComputeTask<ControlTask.Request, byte[]> {
    private static final long serialVersionUID = 1L;

    private final UUID target;
    private transient byte @Nullable [] answer;

    ControlTask(UUID target) {
        this.target = target;
    }

    /** Tells the cluster of the classes of a request, before the first one is sent; blocks, and needs an active cluster. */
    public static void introduce(Ignite ignite) {
        ignite.binary().toBinary(new Job(new Request("", new Session("none", "none"), new byte[0])));
    }

    @Override
    public Map<? extends ComputeJob, ClusterNode> map(List<ClusterNode> nodes, @Nullable Request request) {
        for (ClusterNode node : nodes) {
            if (request != null && node.id().equals(target)) {
                return Map.of(new Job(request), node);
            }
        }
        throw new ClusterGroupEmptyException("The node is not in the topology: " + target);
    }

    @Override
    public ComputeJobResultPolicy result(ComputeJobResult result, List<ComputeJobResult> received) {
        IgniteException failure = result.getException();
        if (failure != null) {
            throw failure;
        }
        answer = result.getData();
        return ComputeJobResultPolicy.REDUCE;
    }

    @Override
    public byte @Nullable [] reduce(List<ComputeJobResult> results) {
        return answer;
    }

    /** A request with its sender. Not a record: Ignite's binary marshaller cannot read the fields of records. */
    static final class Request implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String prefix;
        private final String senderNode;
        private final String senderIncarnation;
        private final byte[] bytes;

        Request(String prefix, Session sender, byte[] bytes) {
            this.prefix = prefix;
            this.senderNode = sender.node();
            this.senderIncarnation = sender.incarnation();
            this.bytes = bytes;
        }
    }

    /** Runs on the target. While the answer is being made the job is suspended and holds no thread. */
    private static final class Job implements ComputeJob {
        private static final long serialVersionUID = 1L;

        private final Request request;

        @IgniteInstanceResource
        private transient @Nullable Ignite ignite;

        @JobContextResource
        private transient @Nullable ComputeJobContext context;

        private transient volatile @Nullable CompletableFuture<byte[]> answer;

        Job(Request request) {
            this.request = request;
        }

        @Override
        public @Nullable Object execute() {
            CompletableFuture<byte[]> present = answer;
            if (present != null) {
                return present.join();
            }
            CompletableFuture<byte[]> pending = new CompletableFuture<>();
            answer = pending;
            ComputeJobContext held = Objects.requireNonNull(context);
            CompletionStage<byte[]> stage = serve();
            CompletableFuture<byte[]> done = stage.toCompletableFuture();
            if (done.isDone() && !done.isCompletedExceptionally()) {
                return ControlAnswer.of(done.join(), null);
            }
            // Suspend first: a continuation before the suspension would be lost.
            Object suspended = held.holdcc();
            var unused = stage.whenComplete((value, failure) -> {
                pending.complete(ControlAnswer.of(value, failure));
                held.callcc();
            });
            return suspended;
        }

        private CompletionStage<byte[]> serve() {
            // Empty where the prefix is not hosted, or not yet, or not any more.
            return ControlPlane.of(Objects.requireNonNull(ignite), request.prefix)
                    .map(plane ->
                            plane.serve(new Session(request.senderNode, request.senderIncarnation), request.bytes))
                    .orElseGet(() -> CompletableFuture.failedFuture(ControlPlane.notReady(request.prefix)));
        }

        @Override
        public void cancel() {
            // The request goes on: only its caller has stopped waiting.
        }
    }
}
