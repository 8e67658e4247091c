package io.durableserver.ignite.launch;

import io.durableserver.Codec;
import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.events.HostFacts;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.lifecycle.NodeWatcher;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.split.Side;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.runtime.wire.Headers;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Starts the real runtime: everything this module knows of it. */
public final class DurableNodeLauncher implements RuntimeLauncher {
    private final HostFacts facts = new HostFacts(new JdkTime());

    @Override
    public void tell(RuntimeEvent event) {
        facts.tell(event);
    }

    @Override
    public Scheduler scheduler(String name) {
        return JdkScheduler.create(name);
    }

    @Override
    public TimeSource time() {
        return new JdkTime();
    }

    @Override
    public void checkKey(String key) {
        StoreKeys.check(key);
    }

    @Override
    public void outsideTurns(String method) {
        Blocking.outsideTurns(method);
    }

    @Override
    public Map<String, String> checkedHeaders(Map<String, String> headers) {
        return Headers.checked(headers);
    }

    @Override
    public Codec stateCodec() {
        return JsonCodec.INSTANCE;
    }

    @Override
    public Codec messageCodec() {
        return CborCodec.INSTANCE;
    }

    @Override
    public Running launch(DurableServersConfig config, Cluster cluster, Function<Class<?>, Optional<?>> resources) {
        DurableNode node = DurableNode.start(config, cluster, resources, TestMode.NONE, facts);
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
            public void watchSplits(Surroundings around) {
                node.watchSplits(new Around(node.session(), around));
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

    private record Around(Session self, Surroundings around) implements io.durableserver.runtime.split.Surroundings {
        @Override
        public Side side(Set<Session> sessions) {
            Standpoint here = around.standpoint();
            return new Side(self, sessions, here.clusters(), here.places(), here.sinceMillis(), here.moves());
        }

        @Override
        public List<Session> lost() {
            return around.lost();
        }

        @Override
        public CompletionStage<Set<String>> answering(Collection<String> more) {
            return around.answering(more);
        }

        @Override
        public void alarm(String text, boolean divided) {
            around.alarm(text, divided);
        }

        @Override
        public void stepDown(List<String> addresses, String why) {
            around.stepDown(addresses, why);
        }
    }
}
