package io.durableserver.ignite.split;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a node has promised to an operator's call that gives up one side of a split: that its side is kept, or is given up. It
 * promises one thing at a time, so that two calls with opposite names never give up both sides. A promise ends by itself. Each answer
 * is why not, and empty for yes. Thread-safe.
 */
final class SideVote {
    /** What a node is, that is asked to give up its side. */
    record Asked(
            String name,
            Collection<String> view,
            Set<String> clusters,
            @Nullable String cannot) {}

    /** How an answer begins that is none. */
    static final String NO_ANSWER = "no answer: ";

    private static final String KEEPS = "a call of its own side is under way that keeps that side";
    private static final String OTHER_CALL = "another call gives up its side";

    private final long ttlNanos;
    private String token = "";
    private boolean keeps;
    private boolean gone;
    private long until;

    /** @param ttlNanos how long a promise holds */
    SideVote(long ttlNanos) {
        this.ttlNanos = ttlNanos;
    }

    /** Whether the same question may be answered otherwise later. */
    static boolean passes(String answer) {
        return answer.equals(KEEPS) || answer.equals(OTHER_CALL) || answer.startsWith(NO_ANSWER);
    }

    /** This side is to be kept, as long as this call goes on. */
    synchronized String keep(String call, long now) {
        return promise(call, true, now);
    }

    /** This side is to be given up: all of it, and to a side it was one cluster with. */
    synchronized String giveUp(
            String call, Collection<String> names, Collection<String> clusters, Asked asked, long now) {
        List<String> unnamed = new TreeSet<>(asked.view())
                .stream().filter(node -> !names.contains(node)).toList();
        if (!unnamed.isEmpty()) {
            return "nodes " + unnamed + " are on the same side as " + asked.name()
                    + " and would be given up with it: name them too";
        }
        if (Collections.disjoint(clusters, asked.clusters())) {
            return asked.name() + " is of another cluster, which was never one with this one: " + asked.clusters();
        }
        if (asked.cannot() != null) {
            return asked.cannot();
        }
        return promise(call, false, now);
    }

    private String promise(String call, boolean keep, long now) {
        if (gone) {
            return "it gives up its side already";
        }
        if (!token.isEmpty() && !token.equals(call) && now - until < 0) {
            return keeps ? KEEPS : OTHER_CALL;
        }
        token = call;
        keeps = keep;
        until = now + ttlNanos;
        return "";
    }

    /** The call that gives up this side is made good; it cannot be taken back. */
    synchronized String go(String call, long now) {
        if (gone || keeps || !token.equals(call) || now - until >= 0) {
            return "it has promised nothing to this call, or too long ago";
        }
        gone = true;
        return "";
    }

    /** What was made good could not be begun. */
    synchronized void stay(String call) {
        if (token.equals(call)) {
            gone = false;
            token = "";
        }
    }

    /** The call is over. */
    synchronized void release(String call) {
        if (!gone && token.equals(call)) {
            token = "";
        }
    }
}
