package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.SyncInfo;
import io.durableserver.Termination;
import io.durableserver.admin.Repair;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Session;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every kind of fact has a way to happen on a real node, or a test that is named here. */
@Timeout(60)
final class ToldFactsTest {
    private static final Set<Class<?>> SEEN = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger RUN = new AtomicInteger();

    /** The classes that have tests for the kinds that are not told here, see {@link Tells}. */
    private static final List<String> OTHERS = List.of(
            "events.FactsTest",
            "node.DefectsTest",
            "node.ToldTroublesTest",
            "ownership.NodeLeaseTest",
            "ownership.OwnerCheckTest",
            "ownership.PastLeasesTest",
            "split.SplitWatchTest",
            "sync.OutputsTest");

    private final List<RuntimeEvent> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch go = new CountDownLatch(1);
    private final MemoryBackend backend = new MemoryBackend();
    private final List<LoneNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        RUN.incrementAndGet();
        go.countDown();
        nodes.forEach(LoneNode::close);
    }

    @AfterAll
    static void everyKindWasTold() throws ClassNotFoundException {
        if (RUN.get()
                < Stream.of(ToldFactsTest.class.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .count()) {
            return; // some were run alone
        }
        Set<Class<?>> all = ConcurrentHashMap.newKeySet();
        all.addAll(List.of(ServerEvent.class.getPermittedSubclasses()));
        all.addAll(List.of(NodeEvent.class.getPermittedSubclasses()));
        for (String other : OTHERS) {
            for (Method method :
                    Class.forName("io.durableserver.runtime." + other).getDeclaredMethods()) {
                Tells tells = method.getAnnotation(Tells.class);
                all.removeAll(tells == null ? List.of() : List.of(tells.value()));
            }
        }
        assertThat(SEEN).as("kinds that were told").containsAll(all);
    }

    /** What may be refused, which other tests look at. */
    private static void tried(ThrowingCallable act) {
        var unused = catchThrowable(act);
    }

    private LoneNode node(Probe.Script script) {
        return node(Probe.type(script));
    }

    private LoneNode node(ServerType<State> type) {
        LoneNode node = LoneNode.start(
                fact -> {
                    SEEN.add(fact.event().getClass());
                    told.add(fact.event());
                },
                backend,
                type);
        nodes.add(node);
        return node;
    }

    private ServerRef start(LoneNode node, Probe.Script script) {
        return node.servers.ensureStarted(Probe.type(script), "k", new State(0));
    }

    private ServerRef start(Probe.Script script) {
        return start(node(script), script);
    }

    private <T extends RuntimeEvent> T told(Class<T> kind) {
        await().until(() -> all(kind).findAny().isPresent());
        return all(kind).findFirst().orElseThrow();
    }

    private <T extends RuntimeEvent> Stream<T> all(Class<T> kind) {
        synchronized (told) {
            return List.copyOf(told).stream().filter(kind::isInstance).map(kind::cast);
        }
    }

    private List<Class<?>> ofServer() {
        synchronized (told) {
            return told.stream()
                    .filter(ServerEvent.class::isInstance)
                    .<Class<?>>map(Object::getClass)
                    .toList();
        }
    }

    /** A turn that holds the server until {@link #go}. */
    private void hold(ServerRef ref) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        ref.cast(new Tell((state, self) -> {
            self.ctx().send(new Note((now, same) -> Next.state(now)));
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
    }

    @Test
    void lifeOfANodeAndOfItsServersInTheirOrder() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        start(node, script);
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        node.servers.ref(Probe.type(script), "k").call(ProbedNode.GET);
        node.servers.drain();
        assertThat(told(NodeEvent.Closed.class).stopped()).isEqualTo(1);
        assertThat(ofServer())
                .containsExactly(
                        ServerEvent.StartBegun.class,
                        ServerEvent.Started.class,
                        ServerEvent.Stopped.class,
                        ServerEvent.StartBegun.class,
                        ServerEvent.Started.class,
                        ServerEvent.Stopped.class);
        assertThat(all(ServerEvent.Started.class).map(ServerEvent.Started::cause))
                .containsExactly(ServerEvent.StartCause.FIRST, ServerEvent.StartCause.REVIVE);
        assertThat(all(ServerEvent.Started.class).map(ServerEvent.Started::epoch))
                .isSorted();
        told(NodeEvent.Ready.class);
        assertThat(told(NodeEvent.Draining.class).servers()).isEqualTo(1);
        assertThat(told.get(told.size() - 1)).isInstanceOf(NodeEvent.Closed.class);
    }

    @Test
    void nodeThatWaitsForItsStoreSaysSoAndWhenItIsThere() {
        backend.notReady(new IllegalStateException("asleep"));
        CompletableFuture<Void> awake = CompletableFuture.runAsync(
                () -> {
                    told(NodeEvent.StoreUnavailable.class);
                    backend.notReady(null);
                },
                task -> new Thread(task).start());
        node(new Probe.Script());
        awake.join();
        assertThat(told(NodeEvent.StoreUnavailable.class).problem()).contains("asleep");
        told(NodeEvent.StoreReady.class);
    }

    @Test
    void startsThatDoNotComeAbout() {
        Probe.Script script = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                if (context.key().equals("bad")) {
                    throw new IllegalStateException("boom");
                }
                return Init.ignore();
            }
        };
        LoneNode node = node(script);
        for (String key : List.of("bad", "ignored")) {
            tried(() -> node.servers.start(Probe.type(script), key, new State(0)));
        }
        assertThat(told(ServerEvent.StartFailed.class).key()).isEqualTo("bad");
        assertThat(told(ServerEvent.StartGivenUp.class).key()).isEqualTo("ignored");
        assertThat(all(ServerEvent.Started.class)).isEmpty();
    }

    @Test
    void crashIsToldWithItsErrorAndOnlyThenTheEnd() {
        ServerRef ref = start(new Probe.Script());
        ref.cast(new Tell((state, self) -> {
            ref.cast(new Tell((s, me) -> Next.state(s)));
            throw new IllegalStateException("boom");
        }));
        assertThat(told(ServerEvent.Stopped.class).reason()).isInstanceOf(StopReason.Failure.class);
        assertThat(told(ServerEvent.Crashed.class).error()).hasMessageContaining("boom");
        told(ServerEvent.CastWithdrawn.class);
        assertThat(ofServer())
                .containsSubsequence(ServerEvent.Started.class, ServerEvent.Crashed.class, ServerEvent.Stopped.class);
        assertThat(all(ServerEvent.Crashed.class)).hasSize(1);
    }

    @Test
    void oneWayMessageThatIsRejected() {
        start(new Probe.Script()).cast(new Tell((state, self) -> Next.reject("NO", "not today")));
        assertThat(told(ServerEvent.MessageRejected.class).rejection()).isEqualTo("NO");
    }

    @Test
    void fullMailboxIsToldOnceUntilItHasRoomAgain() throws Exception {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        ServerRef ref = start(node, script);
        hold(ref);
        Tell nothing = new Tell((state, self) -> Next.state(state));
        for (int i = 0; i < 40; i++) {
            tried(() -> ref.cast(nothing));
        }
        node.servers.ensureStarted(Probe.type(script), "other", new State(0)).cast(new Tell((state, self) -> {
            ref.cast(nothing);
            return Next.state(state);
        }));
        assertThat(told(ServerEvent.CastDropped.class).key()).isEqualTo("k");
        assertThat(all(ServerEvent.OverloadEnded.class)).isEmpty();
        go.countDown();
        assertThat(told(ServerEvent.OverloadEnded.class).refused()).isGreaterThan(20);
        assertThat(all(ServerEvent.OverloadBegun.class)).hasSize(1);
    }

    @Test
    void mailThatGetsNoTurn() throws Exception {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        ServerRef ref = start(node, script);
        hold(ref);
        ref.cast(new Tell((state, self) -> Next.state(state).thenStop(StopReason.normal())));
        ref.cast(new Tell((state, self) -> {
            self.ctx().send(new Note((now, same) -> Next.state(now)));
            return Next.state(state);
        }));
        go.countDown();
        assertThat(told(ServerEvent.MailDropped.class).messages()).containsEntry(Tell.class.getName(), 1);
        ref.cast(new Tell((state, self) -> {
            self.ctx().send(new Note((now, same) -> Next.state(now)));
            return Next.state(state).thenStop(StopReason.normal());
        }));
        told(ServerEvent.OwnMailDropped.class);
    }

    @Test
    void writesThatFailSayHow() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        ServerRef ref = start(node, script);
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        tried(() -> ref.call(ProbedNode.setSynced(1)));
        told(ServerEvent.SyncFailed.class);
        told(ServerEvent.Aborted.class);
        backend.fault(Fault.NONE, key -> false);
        ref.call(ProbedNode.GET);
        backend.fault(Fault.TOO_LARGE, key -> key.equals("t/k"));
        tried(() -> ref.call(ProbedNode.setSynced(2)));
        told(ServerEvent.StateLost.class);
        backend.fault(Fault.NONE, key -> false);
        tried(() -> ref.call(ProbedNode.GET));
        ref.call(ProbedNode.GET);
        backend.overwrite("t/k", backend.read("t/k").orElseThrow());
        tried(() -> ref.call(ProbedNode.setSynced(3)));
        assertThat(told(ServerEvent.RecordConflict.class).epoch()).isPositive();
    }

    @Test
    void callbackThatFailsAfterTheFact() {
        ServerRef ref = start(new Probe.Script() {
            @Override
            State onSync(SyncInfo info, State stored, State current) {
                throw new IllegalStateException("boom");
            }
        });
        ref.call(ProbedNode.setSynced(1));
        assertThat(told(ServerEvent.CallbackFailed.class).callback()).isEqualTo("onSync");
    }

    @Test
    void openTurnThatIsEndedAndAPartOfItThatFails() throws Exception {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        ServerRef ref = start(node, script);
        ref.callAsync(new AskOpen((state, self) -> {
            self.ctx().executor().execute(() -> {
                throw new IllegalStateException("boom");
            });
            return new CompletableFuture<>();
        }));
        told(ServerEvent.TurnPartFailed.class);
        await().until(() -> node.servers.admin().interruptTurn("k"));
        assertThat(told(ServerEvent.OpenTurnAbandoned.class).message()).isEqualTo(AskOpen.class.getName());
    }

    @Test
    void turnThatTakesLongAndIsInterrupted() throws Exception {
        Probe.Script script = new Probe.Script();
        ServerType<State> type = Probe.type(script).slowTurn(Duration.ofMillis(10));
        LoneNode node = node(type);
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(0));
        hold(ref);
        assertThat(told(ServerEvent.TurnSlow.class).message()).isEqualTo(Tell.class.getName());
        await().until(() -> node.servers.admin().interruptTurn("k"));
        told(ServerEvent.TurnInterrupted.class);
    }

    @Test
    void clusterThatChangesAndWhatCannotBeRead() {
        LoneNode node = node(new Probe.Script());
        Session other = new Session("other", "i");
        node.cluster.tell(new Event.Joined(other));
        node.cluster.tell(new Event.Left(other));
        node.cluster.tell(new Event.Failed(other));
        told(NodeEvent.MemberJoined.class);
        await().until(() -> all(NodeEvent.MemberLeft.class).count() == 2);
        assertThat(all(NodeEvent.MemberLeft.class).map(NodeEvent.MemberLeft::failed))
                .as("in the order in which they happened")
                .containsExactly(false, true);
        node.cluster.receive(other, "?".getBytes(UTF_8));
        assertThat(told(NodeEvent.MessageUnreadable.class).from()).isEqualTo(other);
        node.cluster.loseMap();
        node.cluster.resetMap();
        told(NodeEvent.DirectoryLost.class);
    }

    @Test
    void nodeThatIsCutOffFencesItsServersAndAnotherTakesThemOver() {
        Probe.Script script = new Probe.Script();
        LoneNode lost = node(script);
        ServerRef saved = lost.servers.ensureStarted(Probe.type(script), "saved", new State(0));
        saved.call(ProbedNode.setSynced(1));
        ServerRef unsaved = start(lost, script);
        unsaved.call(ProbedNode.set(1));
        lost.cluster.tell(new Event.Segmented());
        told(NodeEvent.Lost.class);
        assertThat(told(ServerEvent.Fenced.class).key()).isEqualTo("saved");
        assertThat(told(ServerEvent.FencedUnsaved.class).key()).isEqualTo("k");
        assertThat(told(NodeEvent.DrainUnclean.class).unsaved()).isEqualTo(1);
        assertThat(ofServer())
                .as("the end of each")
                .doesNotContain(ServerEvent.Aborted.class, ServerEvent.Stopped.class);
        LoneNode next = node(script);
        next.cluster.provablyGone(true);
        next.servers.ref(Probe.type(script), "saved").call(ProbedNode.GET);
        ServerEvent.TookOver tookOver = told(ServerEvent.TookOver.class);
        assertThat(tookOver.from()).isEqualTo(lost.cluster.self());
        assertThat(tookOver.evidence()).isEqualTo(ServerEvent.Evidence.PROVED);
        assertThat(told(NodeEvent.OwnerGone.class).session()).isEqualTo(lost.cluster.self());
    }

    @Test
    void leaseThatIsNotRenewedAndThenIs() {
        node(new Probe.Script());
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.contains("nodes"));
        told(NodeEvent.LeaseNotRenewed.class);
        told(NodeEvent.LeaseAtRisk.class);
        backend.fault(Fault.NONE, key -> false);
        told(NodeEvent.LeaseSafe.class);
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.contains("nodes"));
        told(NodeEvent.LeaseRanOut.class);
    }

    @Test
    void recordThatAnOperatorChanges() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        start(node, script);
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        node.servers
                .admin()
                .delete(
                        "k",
                        node.servers.admin().export("k").orElseThrow().version(),
                        Repair.because("OPS-7: a test").evenIfHealthy());
        assertThat(told(NodeEvent.RecordRepaired.class).reason()).contains("OPS-7");
    }
}
