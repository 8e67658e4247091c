package io.durableserver.testkit.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.durableserver.DurableServers;
import io.durableserver.DurableServersConfig;
import io.durableserver.LeaseConfig;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.Timeouts;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Ledger servers on the real runtime, on simulated nodes, with the invariants looking on. */
final class LedgerWorld implements SimHost {
    private static final String PREFIX = "sim/";
    private static final String RESERVED = PREFIX + "__";
    private static final ObjectMapper JSON = new ObjectMapper();

    static final LeaseConfig LEASE =
            new LeaseConfig(Duration.ofSeconds(2), Duration.ofMillis(400), Duration.ofMillis(400));
    static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3));

    final Simulation simulation;
    final OwnershipInvariants ownership;
    final DurabilityInvariants durability;
    final ServerType<LedgerServer.Ledger> type;
    private final Map<SimNode, DurableNode> runtimes = new LinkedHashMap<>();

    LedgerWorld(Simulation simulation) {
        this.simulation = simulation;
        this.ownership = new OwnershipInvariants(simulation);
        this.durability = new DurabilityInvariants(simulation);
        SyncPolicy policy = simulation
                .random()
                .pick(List.of(
                        SyncPolicy.manual(Duration.ZERO),
                        SyncPolicy.manual(Duration.ofMillis(300)),
                        SyncPolicy.onChange(),
                        SyncPolicy.strict()));
        this.type = LedgerServer.type(policy);
        simulation.trace("policy", policy);
        simulation.store().observe(this::stored);
    }

    @Override
    public void start(SimNode node) {
        LedgerServer.Probe probe = new LedgerServer.Probe() {
            @Override
            public void started(String key, long epoch) {
                ownership.turnStarted(key, node.session(), epoch);
            }

            @Override
            public void ended(String key) {
                ownership.turnEnded(key);
            }

            @Override
            public void seen(String key, long id) {
                durability.observed(key, id);
            }
        };
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix(PREFIX)
                .type(type)
                .backend(context -> node.backend())
                .service(LedgerServer.Probe.class, probe)
                .timeouts(TIMEOUTS)
                .lease(LEASE)
                .build();
        runtimes.put(node, DurableNode.start(config, node.cluster(), wanted -> Optional.empty()));
    }

    @Override
    public CompletionStage<Void> stop(SimNode node) {
        return runtime(node).drainAsync().thenAccept(report -> {});
    }

    private DurableNode runtime(SimNode node) {
        return Optional.ofNullable(runtimes.get(node)).orElseThrow();
    }

    /** The entry point on a node that runs. */
    DurableServers servers(SimNode node) {
        return runtime(node);
    }

    /** The nodes on which a client can do something now. */
    List<SimNode> running() {
        return simulation.living().stream().filter(SimNode::isRunning).toList();
    }

    /** The nodes that do not serve. */
    List<SimNode> idlers() {
        return simulation.nodes().stream()
                .filter(node -> !node.isRunning()
                        || !runtimes.containsKey(node)
                        || !runtime(node).isReady())
                .toList();
    }

    boolean everybodyServes() {
        return idlers().isEmpty();
    }

    private void stored(SimNode by, String storeKey, Optional<byte[]> bytes) {
        if (bytes.isEmpty() || storeKey.startsWith(RESERVED)) {
            return;
        }
        String key = storeKey.substring(PREFIX.length());
        StoredRecord record = RecordFormat.decode(storeKey, bytes.get());
        ownership.stored(key, record.owner(), record.epoch(), record.writes());
        durability.stored(key, ids(record.state()));
    }

    private static List<Long> ids(byte[] state) {
        try {
            List<Long> ids = new ArrayList<>();
            for (JsonNode id : JSON.readTree(state).path("ids")) {
                ids.add(id.asLong());
            }
            return ids;
        } catch (IOException e) {
            throw new IllegalStateException("The stored state is no ledger", e);
        }
    }
}
