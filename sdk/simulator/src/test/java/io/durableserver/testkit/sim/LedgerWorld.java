package io.durableserver.testkit.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.durableserver.DurableServers;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.lifecycle.NodeWatcher;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.runtime.record.ClaimFormat;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Session;
import io.durableserver.testkit.backend.Lie;
import io.durableserver.testkit.backend.LyingBackend;
import io.durableserver.testkit.backend.LyingPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Ledger servers on the real runtime, on simulated nodes, with the invariants looking on. */
final class LedgerWorld implements SimHost {
    private static final String PREFIX = "sim/";
    private static final String RESERVED = PREFIX + "__";
    private static final String LEASES = RESERVED + "nodes/";
    private static final String CLAIM = RESERVED + "claim";
    private static final Duration LATEST = Duration.ofMillis(300);
    private static final List<Duration> TURN_DEADLINES =
            List.of(Duration.ofMillis(200), Duration.ofMillis(600), Duration.ofMillis(1_500));
    private static final ObjectMapper JSON = new ObjectMapper();

    static final LeaseConfig LEASE = LeaseConfig.builder()
            .time(Duration.ofSeconds(2))
            .renewEvery(Duration.ofMillis(400))
            .margin(Duration.ofMillis(400))
            .build();
    static final Timeouts TIMEOUTS = Timeouts.builder()
            .call(Duration.ofSeconds(2))
            .start(Duration.ofSeconds(5))
            .write(Duration.ofSeconds(2))
            .read(Duration.ofSeconds(1))
            .drain(Duration.ofSeconds(3))
            .build();

    final Simulation simulation;
    final OwnershipInvariants ownership;
    final DurabilityInvariants durability;
    final LeaseInvariants leases;
    final SplitInvariants splits;
    final OpenTurnInvariants opens;
    final FactInvariants facts;
    final SyncPolicy policy;
    final ServerType<LedgerServer.Ledger> type;
    private final Set<String> restored = new HashSet<>();
    private final Map<SimNode, DurableNode> runtimes = new LinkedHashMap<>();
    private final Set<String> keys = new TreeSet<>();
    private final Map<SimNode, SimSurroundings> surroundings = new LinkedHashMap<>();
    private double failingInits;
    private boolean watchesSplits;
    private boolean lies;
    private final List<LyingPlan> plans = new ArrayList<>();
    private @Nullable Chaos chaos;

    LedgerWorld(Simulation simulation) {
        this.simulation = simulation;
        this.ownership = new OwnershipInvariants(simulation);
        this.durability = new DurabilityInvariants(simulation);
        this.leases = new LeaseInvariants(simulation);
        this.splits = new SplitInvariants(simulation);
        this.facts = new FactInvariants(simulation);
        this.policy = simulation
                .random()
                .pick(List.of(
                        SyncPolicy.manual(Duration.ZERO),
                        SyncPolicy.manual(Duration.ofMillis(300)),
                        SyncPolicy.onChange(),
                        SyncPolicy.strict()));
        boolean mutable = simulation.random().chance(0.25);
        Duration turnDeadline = simulation.random().pick(TURN_DEADLINES);
        this.opens =
                new OpenTurnInvariants(simulation, turnDeadline.multipliedBy(9).dividedBy(10));
        this.type = LedgerServer.type(policy, mutable, turnDeadline);
        simulation.trace("policy", policy, "mutable", mutable, "deadline", turnDeadline);
        simulation.store().observe(this::stored);
        simulation.network().observe(this::sent);
    }

    /** Who may stop a process in the middle of a turn. */
    void brokenBy(Chaos breaker) {
        chaos = breaker;
    }

    /** A turn of this process is about to do something. */
    void inTurn(SimNode node) {
        if (chaos != null) {
            chaos.inTurn(node);
        }
    }

    boolean initFails() {
        return simulation.random().chance(failingInits);
    }

    /** How often, 0 to 1, a server fails to start. */
    void failingInits(double probability) {
        failingInits = probability;
    }

    @Override
    public void start(SimNode node) {
        LedgerServer.Probe probe = new LedgerProbe(this, node);
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix(PREFIX)
                .type(type)
                .backend(context -> way(node))
                .service(LedgerServer.Probe.class, probe)
                .events(facts)
                .timeouts(TIMEOUTS)
                .lease(LEASE)
                .build();
        DurableNode runtime = DurableNode.start(config, node.cluster(), wanted -> Optional.empty());
        runtime.watchedBy(new NodeWatcher() {
            @Override
            public void says(NodeState state) {}

            @Override
            public void lost(String why) {
                if (chaos != null) {
                    chaos.lost(node);
                }
            }
        });
        runtimes.put(node, runtime);
        Chaos breaker = chaos;
        if (breaker != null && watchesSplits) {
            SimSurroundings around = new SimSurroundings(simulation, node, (leaving, addresses) -> {
                splits.steppedDown(leaving);
                breaker.stepDown(leaving, addresses);
            });
            surroundings.put(node, around);
            runtime.watchSplits(around);
        }
    }

    /** From now on nodes reach the store in a way that makes of requests whatever {@link Lie} allows. */
    void lied() {
        lies = true;
    }

    /** From now on the ways to the store are reliable. */
    void truth() {
        lies = false;
        plans.forEach(plan -> plan.on(false));
    }

    private Backend way(SimNode node) {
        if (!lies) {
            return node.backend();
        }
        SimRandom random = simulation.random();
        LyingPlan plan =
                new LyingPlan(random.between(0, 1_000_000), random.between(5, 30), EnumSet.allOf(Lie.class), LATEST);
        plans.add(plan);
        return new LyingBackend(node.backend(), plan, node.cluster().scheduler());
    }

    /** Nodes look for splits, and mend them. */
    void watchSplits() {
        watchesSplits = true;
    }

    /** What the nodes that run say of splits, but for those who say nothing. */
    List<String> alarms() {
        List<String> alarms = new ArrayList<>();
        surroundings.forEach((node, around) -> {
            if (node.isRunning() && !around.alarm().isEmpty()) {
                alarms.add(node + ": " + around.alarm());
            }
        });
        return alarms;
    }

    @Override
    public CompletionStage<Void> stop(SimNode node) {
        return runtime(node).drainAsync().thenAccept(report -> {});
    }

    /** A record is put back by hand as it is, but for its owner. */
    @Override
    public void restore(SimNode by) {
        if (keys.isEmpty()) {
            return;
        }
        String storeKey = PREFIX + simulation.random().pick(List.copyOf(keys));
        byte[] bytes = simulation.store().record(storeKey);
        StoredRecord record = bytes == null ? null : RecordFormat.decode(storeKey, bytes);
        if (record != null && record.status() != ServerStatus.DELETING) {
            restored.add(storeKey.substring(PREFIX.length()));
            simulation
                    .store()
                    .overwrite(
                            by,
                            storeKey,
                            RecordFormat.encode(new StoredRecord(
                                    record.type(),
                                    record.schemaVersion(),
                                    record.status(),
                                    new Session("operator", "restored"),
                                    record.epoch() + 1,
                                    record.writes() + 1,
                                    record.writtenAtMillis(),
                                    record.permanent(),
                                    record.metadata(),
                                    record.codec(),
                                    record.optional(),
                                    record.state(),
                                    record.requests(),
                                    record.extra())));
        }
    }

    /**
     * Whether a record was put back beneath its server, which ends at its next write, and with it what was in its memory only.
     */
    boolean wasRestored(String key) {
        return restored.contains(key);
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
        if (storeKey.startsWith(LEASES)) {
            lease(by, storeKey, bytes);
            return;
        }
        if (storeKey.startsWith(RESERVED)) {
            bytes.filter(claim -> storeKey.equals(CLAIM))
                    .ifPresent(claim -> splits.claimed(by, ClaimFormat.decode(storeKey, claim)));
            return;
        }
        String key = storeKey.substring(PREFIX.length());
        keys.add(key);
        if (bytes.isEmpty()) {
            ownership.removed(key);
            opens.removed(key);
            return;
        }
        StoredRecord record = RecordFormat.decode(storeKey, bytes.get());
        ownership.stored(key, record.owner(), record.epoch(), record.writes());
        facts.stored(key, record.owner(), record.epoch());
        if (record.status() == ServerStatus.DELETING) {
            durability.deleted(key);
        } else {
            List<Long> ids = ids(record.state());
            if (new HashSet<>(ids).size() < ids.size()) {
                simulation.fail("exactly once", key + " has an increment twice: " + ids);
            }
            durability.stored(key, ids);
        }
    }

    /** An absent lease says as much as one that is marked gone. */
    private void lease(SimNode by, String storeKey, Optional<byte[]> bytes) {
        if (bytes.isEmpty()) {
            int slash = storeKey.lastIndexOf('/');
            Session session = new Session(storeKey.substring(LEASES.length(), slash), storeKey.substring(slash + 1));
            leases.ended(session, by.session());
            return;
        }
        LeaseRecord lease = LeaseFormat.decode(storeKey, bytes.get());
        if (lease.gone()) {
            leases.ended(lease.session(), by.session());
        }
    }

    private void sent(SimNode from, byte[] bytes) {
        if (!leases.isEnded(from.session())) {
            return;
        }
        Message message = WireFormat.decodeMessage(bytes);
        if (message instanceof Message.ReplyMessage) {
            leases.replyLeft(from.session());
        } else if (message instanceof Message.CastMessage) {
            leases.messageLeft(from);
        }
    }

    /** Entries of the directory that name nobody who serves their key, and servers without an entry; when all is quiet. */
    List<String> directoryProblems() {
        List<String> problems = new ArrayList<>();
        Map<String, byte[]> entries = simulation.directory().entries();
        entries.forEach((key, bytes) -> {
            DirectoryEntry entry = WireFormat.decodeEntry(bytes);
            StoredRecord record = record(key);
            if (entry.phase() != DirectoryEntry.Phase.RUNNING
                    || record == null
                    || record.status() != ServerStatus.RUNNING
                    || !record.owner().equals(entry.session())
                    || record.epoch() != entry.epoch()) {
                problems.add(key + " has " + entry + ", stored is " + record);
            }
        });
        for (String key : keys) {
            StoredRecord record = record(key);
            if (record != null && record.status() == ServerStatus.RUNNING && !entries.containsKey(key)) {
                problems.add(key + " has no entry, stored is " + record);
            }
        }
        return problems;
    }

    private @Nullable StoredRecord record(String key) {
        byte[] bytes = simulation.store().record(PREFIX + key);
        return bytes == null ? null : RecordFormat.decode(PREFIX + key, bytes);
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
