package io.durableserver.ignite;

import io.durableserver.DurableServers;
import io.durableserver.DurableServersConfig;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.runtime.node.NodeWatcher;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.util.Optional;
import java.util.function.Function;

/** Starts the real runtime: everything this module knows of it. */
final class DurableNodeLauncher implements RuntimeLauncher {
    @Override
    public Scheduler scheduler(String name) {
        return JdkScheduler.create(name);
    }

    @Override
    public TimeSource time() {
        return new JdkTime();
    }

    @Override
    public void outsideTurns(String method) {
        Blocking.outsideTurns(method);
    }

    @Override
    public Running launch(DurableServersConfig config, Cluster cluster, Function<Class<?>, Optional<?>> resources) {
        DurableNode node = DurableNode.start(config, cluster, resources);
        return new Running() {
            @Override
            public void watchedBy(Watcher watcher) {
                node.watchedBy(new NodeWatcher() {
                    @Override
                    public void says(NodeState state) {
                        watcher.ready(state.isReady(), state.isReady() ? "" : state.toString());
                    }

                    @Override
                    public void lost(String why) {
                        watcher.lost(why);
                    }
                });
            }

            @Override
            public DurableServers servers() {
                return node;
            }

            @Override
            public void fence() {
                node.fence();
            }

            @Override
            public void close() {
                node.close();
            }
        };
    }
}
