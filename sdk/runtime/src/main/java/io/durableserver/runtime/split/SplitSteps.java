package io.durableserver.runtime.split;

import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How the sides of a split cluster come together again, as steps without I/O. Every node looks around once a lease time. The speaker
 * of a cluster, the node that claimed last or else the first by name, keeps its claim in the store of the prefix. A node that reads the
 * claim of a living cluster it is not in knows of a split, or of strangers, and leaves a word there. When nodes of the claim answer at
 * their discovery addresses, the speaker of the side that reads settles by one conditional write over it which side steps down. The side that is
 * named does, when it reaches the other one: it stores its servers, leaves, and joins there. So never both do, whatever each sees.
 * Not thread-safe.
 */
public final class SplitSteps {
    /** How a session outside the cluster stands, by its lease. */
    public enum Alive {
        NOT_KNOWN,
        YES,
        NO
    }

    /**
     * What there is to see.
     *
     * @param now monotonic nanoseconds
     * @param mine the cluster this node is in
     * @param serving whether this node serves
     * @param answering the discovery addresses at which nodes outside the cluster answer
     * @param record what is in the store
     * @param foreigner how {@link #foreigner} stands
     * @param outside other sessions that are alive in the store, and outside the cluster
     * @param over sessions outside the cluster that are certainly over
     */
    public record Look(
            long now,
            Side mine,
            boolean serving,
            Set<String> answering,
            Optional<ClaimRecord> record,
            Alive foreigner,
            Set<Session> outside,
            Set<Session> over) {
        public Look {
            answering = Set.copyOf(answering);
            outside = Set.copyOf(outside);
            over = Set.copyOf(over);
        }
    }

    /** What to do. */
    public sealed interface Deed {
        record Nothing() implements Deed {}

        /** Put this in the place of what was read. */
        record Write(ClaimRecord record) implements Deed {}

        /** Leave in good order, and join there. */
        record StepDown(List<String> addresses, String why) implements Deed {}
    }

    private static final Deed NOTHING = new Deed.Nothing();
    private static final String SPLIT = "The cluster of this prefix is split: ";
    private static final String STRANGERS =
            "Another cluster uses this prefix in the same store, and this one was never one with it: this one is ";
    /** Sides that share a store leave a word there before this many lease times are over. */
    private static final int WORDLESS = 3;

    private static final String OWN_STORES =
            ", and have left no word in the store of this one: where each side has a store of its own and no quorum, both go on writing,"
                    + " and an operator gives up one of them (giveUpSide)";
    /** What may be over with the next look is not acted on: a node that joins answers before it is in the view. */
    private static final int STEADY_LOOKS = 2;
    /** How long a settlement may take to be carried out, in lease times. */
    private static final int PATIENCE = 12;

    private final long leaseNanos;
    private final Speaking speaking;
    private int answered;
    private int silent;
    private Set<String> heard = Set.of();
    private long answeredSince;
    private Optional<ClaimRecord> settlement = Optional.empty();
    private long settledAt;
    private boolean divided;
    private String alarm = "";

    /** @param leaseNanos the lease time */
    public SplitSteps(long leaseNanos) {
        this.leaseNanos = leaseNanos;
        this.speaking = new Speaking(leaseNanos);
    }

    /** The session outside the cluster that a claim tells of. */
    static Optional<Session> foreigner(ClaimRecord record, Set<Session> view) {
        return view.contains(record.claimant())
                ? record.rivalSession().filter(rival -> !view.contains(rival))
                : Optional.of(record.claimant());
    }

    /** What is wrong, in a sentence without its full stop; empty while nothing is. */
    public String alarm() {
        return alarm;
    }

    /** Whether this node serves, and another side of its cluster lives in the same store: one of them steps down. */
    public boolean isDivided() {
        return divided;
    }

    /** One look, and what follows from it. */
    public Deed look(Look look) {
        listen(look);
        divided = false;
        alarm = around(look, answered >= STEADY_LOOKS);
        Deed deed = look.serving() ? wish(look) : NOTHING;
        return deed instanceof Deed.Write && !speaking.mayWrite(look) ? NOTHING : deed;
    }

    private void listen(Look look) {
        if (!look.answering().isEmpty()) {
            silent = 0;
            heard = look.answering();
            if (answered++ == 0) {
                answeredSince = look.now();
            }
        } else if (++silent >= STEADY_LOOKS) {
            answered = 0;
        }
    }

    /** What follows where this node speaks for its side. */
    private Deed wish(Look look) {
        if (look.record().isEmpty()) {
            settlement = Optional.empty();
            return claim(look);
        }
        ClaimRecord record = look.record().get();
        if (record.settled()) {
            return settled(look, record);
        }
        settlement = Optional.empty();
        return look.mine().has(record.claimant()) ? ours(look, record) : theirs(look, record);
    }

    private boolean wordless(long now) {
        return answered >= STEADY_LOOKS && now - answeredSince >= WORDLESS * leaseNanos;
    }

    private String around(Look look, boolean steady) {
        if (!look.outside().isEmpty()) {
            return SPLIT + "nodes " + Side.names(look.outside())
                    + " hold leases in the store and are not in the cluster of nodes "
                    + Side.names(look.mine().sessions());
        }
        return steady
                ? SPLIT + "nodes that are not in the cluster of nodes "
                        + Side.names(look.mine().sessions()) + " answer at " + new TreeSet<>(heard)
                : "";
    }

    private static Deed claim(Look look) {
        return new Deed.Write(mine(look));
    }

    /** Our claim, over the one that is there. */
    private static ClaimRecord mine(Look look) {
        ClaimRecord claim = look.mine().claim();
        return look.record().map(claim::over).orElse(claim);
    }

    /** Our own claim follows our cluster, and keeps what a living rival says. */
    private Deed ours(Look look, ClaimRecord record) {
        boolean rival = !record.rival().isEmpty()
                && look.foreigner() != Alive.NO
                && !look.mine().sessions().contains(record.rivalSession().orElseThrow());
        if (rival && look.foreigner() == Alive.YES) {
            alarm = record.rival().get(2);
            divided = !alarm.startsWith(STRANGERS);
        } else if (!rival && look.outside().isEmpty() && wordless(look.now())) {
            alarm += OWN_STORES;
        }
        ClaimRecord claim = mine(look).rivalled(rival ? record.rival() : List.of());
        return isToBeRenewed(look, record, claim) ? new Deed.Write(claim) : NOTHING;
    }

    /** Whether this node, the claimant, knows better what its claim says of it. */
    private static boolean isToBeRenewed(Look look, ClaimRecord record, ClaimRecord claim) {
        return look.mine().self().equals(record.claimant())
                ? !claim.equals(record)
                : !claim.sessions().equals(record.sessions()) || !claim.rival().equals(record.rival());
    }

    private Deed theirs(Look look, ClaimRecord record) {
        if (look.foreigner() == Alive.NO) {
            return claim(look);
        }
        if (look.foreigner() == Alive.NOT_KNOWN) {
            return NOTHING;
        }
        if (!look.mine().related(record)) {
            alarm = STRANGERS
                    + sorted(look.mine().clusters()) + " of nodes "
                    + Side.names(look.mine().sessions()) + ", the other is " + record.clusters() + " of node "
                    + record.claimant().node() + " at " + record.addresses()
                    + "; they are never merged: give one of them another prefix or store";
            return leaveWord(look, record);
        }
        divided = true;
        alarm = SPLIT + "another side of " + record.sessions().size() + " node(s), among them "
                + record.claimant().node() + " at " + record.addresses() + ", is alive beside that of nodes "
                + Side.names(look.mine().sessions());
        boolean reachable = record.addresses().stream().anyMatch(look.answering()::contains);
        return reachable && !isOutOfDate(look.mine(), record) && (look.mine().moves() || record.moves())
                ? settle(look.mine(), record, alarm)
                : leaveWord(look, record);
    }

    /** A claim may be older than the split: what it names is not only the other side then. Its speaker writes it anew. */
    private static boolean isOutOfDate(Side mine, ClaimRecord record) {
        return mine.sessions().stream().map(Session::incarnation).anyMatch(record.sessions()::contains);
    }

    /** The other side may know nothing of this one. There is room for one word, and the first side is heard first. */
    private Deed leaveWord(Look look, ClaimRecord record) {
        return record.rival().isEmpty()
                ? new Deed.Write(record.rivalled(look.mine().self(), alarm))
                : NOTHING;
    }

    /** The settlement, with a word of the side that settles: by its session the other side sees when it is carried out. */
    private static Deed settle(Side mine, ClaimRecord claim, String says) {
        ClaimRecord other = claim.rivalled(mine.self(), says);
        boolean we = mine.moves() && (!other.moves() || mine.ranksBelow(other));
        return new Deed.Write(
                we
                        ? other.settle(mine.claim().sessions(), other.addresses())
                        : other.settle(other.sessions(), mine.addresses()));
    }

    private Deed settled(Look look, ClaimRecord record) {
        if (!settlement.equals(look.record())) {
            settlement = look.record();
            settledAt = look.now();
        }
        divided = true;
        if (look.now() - settledAt >= PATIENCE * leaseNanos) {
            // A side that was named is gone, or cannot go: it is settled anew, among those that are there then.
            return claim(look);
        }
        if (!record.down().contains(look.mine().self().incarnation())) {
            return over(look, record) ? claim(look) : NOTHING;
        }
        alarm = SPLIT + "this side steps down, and joins the other at " + record.join();
        List<String> reachable =
                record.join().stream().filter(look.answering()::contains).toList();
        return look.mine().moves() && !reachable.isEmpty()
                ? new Deed.StepDown(reachable, "The cluster was split, and this side stepped down")
                : NOTHING;
    }

    /**
     * Whether no side is left that was to step down, as far as this one can see. Of a third side that is neither, both others may
     * know for sure; it waits its turn no longer than one lease time.
     */
    private boolean over(Look look, ClaimRecord record) {
        return look.foreigner() == Alive.NO
                && Stream.concat(look.outside().stream(), look.mine().sessions().stream())
                        .noneMatch(session -> record.down().contains(session.incarnation()))
                // The node that answers may be of the side that steps down, and not have looked since.
                && (look.answering().isEmpty() || allOver(look, record) || look.now() - settledAt >= leaseNanos);
    }

    private static boolean allOver(Look look, ClaimRecord record) {
        return look.over().stream().map(Session::incarnation).toList().containsAll(record.down());
    }

    private static List<String> sorted(Set<String> texts) {
        return List.copyOf(new TreeSet<>(texts));
    }
}
