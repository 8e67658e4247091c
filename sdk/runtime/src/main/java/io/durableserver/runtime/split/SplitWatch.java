package io.durableserver.runtime.split;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.ownership.ConditionalWrite;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.ownership.Unread;
import io.durableserver.runtime.record.ClaimFormat;
import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.runtime.split.SplitSteps.Deed;
import io.durableserver.runtime.split.SplitSteps.Look;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks around once a lease time, and more often while something is wrong, or may be: the shell of {@link SplitSteps}. While all is
 * well that is one small read, of the claim on the prefix, or of the lease of a session that was lost long ago.
 */
public final class SplitWatch implements AutoCloseable {

    /** How much more often a cluster that is split is looked at: it shall be whole soon after that is possible. */
    private static final int HASTE = 4;
    /** How often, in a lease time, a settlement is looked at by the speaker that wrote it. */
    private static final int AT_ONCE = 32;
    /** How long a missed session is suspected to be on another side, in lease times, unless it is known to be over. */
    private static final int SUSPICION = 3;

    private final Store store;
    private final StoreKeys keys;
    private final Membership membership;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Duration every;
    private final BooleanSupplier serving;
    private final Surroundings around;
    private final Facts facts;
    private final SplitSteps steps;
    private final LeaseLooks leases;
    private String told = "";
    private boolean toldDivided;
    private int turn;
    private Set<Session> missed = Set.of();
    private long suspiciousUntil;
    private boolean atOnce;
    private ReadResult claim = new ReadResult.Absent();
    private volatile boolean closed;
    private volatile @Nullable Registration timer;

    public SplitWatch(
            Store store,
            StoreKeys keys,
            Membership membership,
            Scheduler scheduler,
            TimeSource time,
            Duration leaseTime,
            BooleanSupplier serving,
            Surroundings around,
            Facts facts) {
        this.store = store;
        this.keys = keys;
        this.membership = membership;
        this.scheduler = scheduler;
        this.time = time;
        this.every = leaseTime;
        this.serving = serving;
        this.around = around;
        this.facts = facts;
        this.steps = new SplitSteps(leaseTime.toNanos());
        this.leases = new LeaseLooks(leaseTime.toNanos());
    }

    /** Begins to look. */
    public void start() {
        later();
    }

    private void later() {
        if (!closed) {
            int often = atOnce ? AT_ONCE : inHaste() ? HASTE : 1;
            atOnce = false;
            timer = scheduler.schedule(every.dividedBy(often), this::look);
        }
    }

    private boolean inHaste() {
        if (!told.isEmpty()) {
            return true;
        }
        return time.nanoTime() - suspiciousUntil < 0 && !leases.all(Alive.NO).containsAll(missed);
    }

    /** These are not in the cluster, and may be elsewhere. */
    private void miss(Collection<Session> strangers) {
        if (!missed.containsAll(strangers)) {
            suspiciousUntil = time.nanoTime() + SUSPICION * every.toNanos();
        }
        missed = Set.copyOf(strangers);
        leases.keep(strangers);
    }

    @Override
    public void close() {
        closed = true;
        Registration next = timer;
        if (next != null) {
            next.close();
        }
    }

    /** One look after the other, never two at a time. */
    private void look() {
        if (closed) {
            return;
        }
        // In turn with the leases of lost sessions: one read a look. What was read last is not older than two
        // looks, and whatever is written over it is conditional.
        turn++;
        boolean again = turn % 2 == 0 && !inHaste() && !lostNow().isEmpty();
        CompletionStage<ReadResult> read =
                again ? CompletableFuture.completedFuture(claim) : store.read(keys.claim(), () -> false);
        read.thenCompose(record -> look(record, again)).whenComplete((done, failure) -> {
            if (failure != null) {
                facts.tell(new NodeEvent.SplitUnknown(keys.prefix(), ErrorCode.of(failure), Thrown.of(failure)));
            }
            later();
        });
    }

    private List<Session> lostNow() {
        List<Session> lost = new ArrayList<>(around.lost());
        lost.removeIf(membership.view()::contains);
        return lost;
    }

    private CompletionStage<Void> look(ReadResult now, boolean again) {
        if (now instanceof ReadResult.Failed failed && Unread.isGarbage(failed)) {
            notKnown(Unread.error(failed, "The claim cannot be read", Map.of("record", keys.claim())));
            return CompletableFuture.completedFuture(null);
        }
        ReadResult read = now instanceof ReadResult.Failed ? claim : now;
        claim = read;
        Optional<ClaimRecord> record;
        try {
            record = read instanceof ReadResult.Found found
                    ? Optional.of(ClaimFormat.decode(keys.claim(), found.record()))
                    : Optional.empty();
        } catch (NotAppliedException foreign) {
            notKnown(foreign);
            return CompletableFuture.completedFuture(null);
        }
        Set<Session> view = membership.view().sessions();
        List<Session> strangers = lostNow();
        Optional<Session> foreigner = record.flatMap(claim -> SplitSteps.foreigner(claim, view));
        foreigner.filter(who -> !strangers.contains(who)).ifPresent(strangers::add);
        miss(strangers);
        CompletionStage<Void> looked = CompletableFuture.completedFuture(null);
        if (foreigner.isPresent()) {
            looked = lease(foreigner.get());
            strangers.remove(foreigner.get());
        }
        if (!strangers.isEmpty() && (again || inHaste())) {
            Session next = strangers.get(Math.floorMod(turn / 2, strangers.size()));
            looked = looked.thenCompose(done -> lease(next));
        }
        boolean serves = serving.getAsBoolean();
        List<String> places = new ArrayList<>();
        record.ifPresent(claim -> {
            places.addAll(claim.join());
            places.addAll(claim.addresses());
        });
        return looked.thenCompose(done -> around.answering(places))
                .thenCompose(answering -> act(
                        read,
                        steps.look(new Look(
                                time.nanoTime(),
                                around.side(view),
                                serves,
                                answering,
                                record,
                                foreigner.map(leases::of).orElse(Alive.NOT_KNOWN),
                                leases.all(Alive.YES),
                                leases.all(Alive.NO)))));
    }

    /** What stands in place of the claim is never written over: an operator knows what it is. */
    private void notKnown(NotAppliedException problem) {
        tell("Whether the cluster is split is not known: " + problem.getMessage(), false);
    }

    private CompletionStage<Void> lease(Session session) {
        String key = keys.lease(session);
        return store.read(key, () -> false).thenCompose(result -> {
            if (result instanceof ReadResult.Failed failed && Unread.isGarbage(failed)) {
                return store.version(key)
                        .thenAccept(version ->
                                version.ifPresent(mark -> leases.sawGarbage(session, mark, time.nanoTime())));
            }
            leases.saw(session, key, result, time.nanoTime());
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletionStage<Void> act(ReadResult read, Deed deed) {
        tell(steps.alarm(), steps.isDivided());
        if (deed instanceof Deed.StepDown down) {
            around.stepDown(down.addresses(), down.why());
        } else if (deed instanceof Deed.Write write) {
            byte[] bytes = ClaimFormat.encode(write.record());
            // The side that it names is told by the next look only.
            boolean settled = write.record().settled();
            if (read instanceof ReadResult.Found found) {
                return write(ConditionalWrite.replace(found.version(), bytes), settled);
            } else if (read instanceof ReadResult.Absent) {
                return write(ConditionalWrite.create(bytes), settled);
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Whatever becomes of it, the next look sees. */
    private CompletionStage<Void> write(ConditionalWrite write, boolean settled) {
        return store.write(keys.claim(), write, () -> false).handle((outcome, failure) -> {
            atOnce = settled && outcome instanceof ConditionalWrite.Outcome.Stored;
            return null;
        });
    }

    private void tell(String alarm, boolean divided) {
        if (alarm.equals(told) && divided == toldDivided) {
            return;
        }
        if (!alarm.equals(told)) {
            tellOf(alarm);
        }
        told = alarm;
        toldDivided = divided;
        around.alarm(alarm, divided);
    }

    private void tellOf(String alarm) {
        if (alarm.isEmpty()) {
            facts.tell(new NodeEvent.SplitSettled(membership.self(), keys.prefix()));
        } else if (told.isEmpty()) {
            facts.tell(new NodeEvent.SplitSeen(membership.self(), keys.prefix(), alarm));
        } else {
            facts.tell(new NodeEvent.SplitChanged(membership.self(), keys.prefix(), alarm));
        }
    }
}
