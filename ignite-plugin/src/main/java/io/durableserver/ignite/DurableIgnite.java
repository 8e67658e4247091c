package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.Registration;
import io.durableserver.ignite.around.Company;
import io.durableserver.ignite.base.OwnStage;
import io.durableserver.ignite.launch.DurableNodeLauncher;
import io.durableserver.ignite.launch.RuntimeLauncher;
import io.durableserver.ignite.life.DrainHook;
import io.durableserver.ignite.life.IgniteSeat;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.ignite.start.JvmFlags;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;

/** An Ignite node with durable servers inside an application. Thread-safe. */
public final class DurableIgnite implements AutoCloseable {
    /** The data region on disk, where persistence is on. */
    public static final String PERSISTENT_REGION = EmbeddedConfiguration.PERSISTENT_REGION;

    /** The status of a process that ended because of {@link WhenCutOff#EXIT}. */
    public static final int EXIT_STATUS = IgniteSeat.EXIT_STATUS;

    private final IgniteSeat seat;
    private final OwnStage<NodeState> ended = new OwnStage<>();

    private DurableIgnite(IgniteSeat seat) {
        this.seat = seat;
    }

    /**
     * Starts a node and joins the cluster. Returns when the node has joined; the durable servers become ready when the
     * cluster is active, see {@link DurableServers#awaitReady}. Unless the settings say otherwise the node is closed when the JVM
     * is told to end; Ignite's own shutdown hook is not installed. A node whose side of a split was given up ({@link #giveUpSide})
     * waits here until it finds a node of the side that was kept, or the thread is interrupted.
     *
     * @throws ConfigurationException naming what is wrong: an option of the node, of a store or of the JVM, a port that is in use,
     *     a work directory that cannot be used, a cluster that does not take the node; with Ignite's exception as the cause
     * @throws io.durableserver.NotAppliedException {@code NOT_READY} when a store of the cluster does not let the node in as things are,
     *     and did not for half a minute; the message says what to do first
     * @throws IgniteException when the node cannot start for another reason
     */
    public static DurableIgnite start(EmbeddedNode settings) {
        return start(settings, new DurableNodeLauncher());
    }

    static DurableIgnite start(EmbeddedNode settings, RuntimeLauncher launcher) {
        JvmFlags.check();
        Company.check(settings.peers());
        CountDownLatch ending = new CountDownLatch(1);
        DrainHook hook = settings.shutdownHook() ? DrainHook.install(settings.name(), ending, launcher::tell) : null;
        Runnable unhook = hook == null ? () -> {} : hook::remove;
        boolean started = false;
        try {
            IgniteSeat seat = new IgniteSeat(settings, launcher, DurableServerPluginProvider::new, unhook);
            seat.open(ending);
            DurableIgnite node = new DurableIgnite(seat);
            var unused = seat.over().thenRun(() -> {
                unhook.run();
                seat.board().last(node.ended::complete);
            });
            seat.start();
            if (hook != null) {
                hook.started(node::close);
            }
            started = true;
            return node;
        } finally {
            if (!started) {
                unhook.run();
            }
        }
    }

    /**
     * The Ignite node of the moment. After the node was cut off the object got before is dead, and this gives the one that took its
     * place; until there is one, the dead one still.
     */
    public Ignite ignite() {
        return seat.ignite();
    }

    /** How the node stands. */
    public NodeState state() {
        return seat.board().state();
    }

    /**
     * Reports each change of {@link #state} from now on, in order, on a thread of its own. What a listener throws is logged.
     *
     * @return ends it
     */
    public Registration onStateChange(Consumer<NodeState> listener) {
        return seat.board().listen(listener);
    }

    /**
     * Completes when the node is over for good, with its last state: after {@link #close}, or when it was lost and does not come back
     * ({@link WhenCutOff}), or when its Ignite was stopped from outside. Never fails; cancelling it has no effect on the node.
     */
    public CompletionStage<NodeState> ended() {
        return ended.copy();
    }

    /**
     * Gives up one side of a split, by the names of all its nodes: for stores on the nodes' own disks without a quorum, where both sides
     * wrote. To be called on a node of the side that is kept. Each named node stores its servers, leaves, moves what its Ignite had on
     * disk aside, joins this side and is filled from here. What was acknowledged there since the split is lost. Blocks for up to a
     * minute, until all named nodes have begun; {@link #state} of each says how it goes on.
     *
     * <p>Nothing is done unless all nodes of both sides agree; whatever is refused is refused before.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when the names are not exactly the nodes of another side of this cluster that
     *     answers: a node of this side, an unknown one, one that is down or out of reach, or not all of that side;
     *     {@code NOT_ALLOWED_HERE} where this side must not be kept, or a node of the other cannot leave by itself, inside a turn too
     * @throws io.durableserver.NotAppliedException {@code NOT_READY}, retryable, while this side does not serve, or another such call is
     *     under way on either side
     * @throws io.durableserver.OutcomeUnknownException when some of the nodes had begun and others did not answer; the message says
     *     which. Call again for those that are still on the other side
     */
    public void giveUpSide(Set<String> names) {
        seat.outsideTurns("giveUpSide");
        seat.giveUpSide(names);
    }

    /** As {@link DurableServerPlugin#servers()}. It stays good when the node is restarted in place. */
    public DurableServers servers() {
        return seat.hosted().servers();
    }

    /** As {@link DurableServerPlugin#servers(String)}. It stays good when the node is restarted in place. */
    public DurableServers servers(String prefix) {
        return seat.hosted().servers(prefix);
    }

    /**
     * Hands over and stores what runs here, then leaves the cluster; ends a restart that is under way. Blocks. Closing again waits for the first one to be done, also
     * when that is the JVM's shutdown.
     *
     * @throws ConfigurationException {@code NOT_ALLOWED_HERE} inside a turn
     * @throws io.durableserver.NotAppliedException {@code NOT_STORED} when servers ended without storing their last state; it names
     *     their keys. The node is closed all the same
     */
    @Override
    public void close() {
        seat.outsideTurns("close");
        seat.close();
        seat.hosted().throwUnsaved();
    }
}
