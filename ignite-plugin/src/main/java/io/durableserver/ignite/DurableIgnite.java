package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.jspecify.annotations.Nullable;

/** An Ignite node with durable servers inside an application. Thread-safe. */
public final class DurableIgnite implements AutoCloseable {
    /** The data region on disk, where persistence is on. */
    public static final String PERSISTENT_REGION = "durable-servers";

    /** A process that runs the same node may be about to end, as in a restart. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);

    private final Ignite ignite;
    private final DurableServerPlugin plugin;
    private final @Nullable DrainHook hook;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private DurableIgnite(Ignite ignite, DurableServerPlugin plugin, @Nullable DrainHook hook) {
        this.ignite = ignite;
        this.plugin = plugin;
        this.hook = hook;
    }

    /**
     * Starts a node and joins the cluster. Returns when the node has joined; the durable servers become ready when the
     * cluster is active, see {@link DurableServers#awaitReady}. Unless the settings say otherwise the node is closed when the JVM
     * is told to end; Ignite's own shutdown hook is not installed.
     *
     * @throws ConfigurationException naming what is wrong: an option of the node, of a store or of the JVM, a port that is in use,
     *     a work directory that cannot be used, a cluster that does not take the node; with Ignite's exception as the cause
     * @throws IgniteException when the node cannot start for another reason
     */
    public static DurableIgnite start(EmbeddedNode settings) {
        DurableServerPluginProvider provider = new DurableServerPluginProvider();
        provider.setServers(settings.servers());
        return start(settings, provider);
    }

    static DurableIgnite start(EmbeddedNode settings, DurableServerPluginProvider provider) {
        JvmFlags.check();
        WorkDirectory.check(settings, LOCK_PATIENCE);
        provider.setDirectoryBackups(settings.backups());
        DrainHook hook = settings.shutdownHook() ? DrainHook.install(settings.name()) : null;
        boolean started = false;
        try {
            IgniteConfiguration configuration = EmbeddedConfiguration.of(settings, provider);
            Ignite ignite = IgniteHook.without(() -> Ignition.start(configuration));
            DurableIgnite node = new DurableIgnite(ignite, provider.durableServers(), hook);
            if (settings.persistence() && settings.activateWhen() > 0) {
                FirstActivation.when(ignite, settings.activateWhen());
            }
            if (hook != null) {
                hook.started(node);
            }
            started = true;
            return node;
        } catch (RuntimeException failure) {
            throw StartErrors.explain(settings, failure);
        } finally {
            if (hook != null && !started) {
                hook.remove();
            }
        }
    }

    public Ignite ignite() {
        return ignite;
    }

    /** As {@link DurableServerPlugin#servers()}. */
    public DurableServers servers() {
        return plugin.servers();
    }

    /** As {@link DurableServerPlugin#servers(String)}. */
    public DurableServers servers(String prefix) {
        return plugin.servers(prefix);
    }

    /**
     * Hands over and stores what runs here, then leaves the cluster. Blocks. Closing again waits for the first one to be done, also
     * when that is the JVM's shutdown.
     *
     * @throws io.durableserver.NotAppliedException {@code NOT_STORED} when servers ended without storing their last state,
     *     as {@link DurableServers#close} says; the node is closed all the same
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        try {
            Ignition.stop(ignite.name(), false);
        } finally {
            closed.complete(null);
            if (hook != null) {
                hook.remove();
            }
        }
        plugin.throwUnsaved();
    }
}
