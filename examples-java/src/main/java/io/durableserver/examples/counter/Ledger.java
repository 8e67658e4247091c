package io.durableserver.examples.counter;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts per key what all callers did, callers in killed processes included. Thread-safe.
 *
 * <p>A caller prints {@link Report.Attempt} and flushes it before it sends the first increment of a batch, and
 * {@link Report.Settled} when it knows the outcome of all it sent. What a process has written into its pipe outlives the
 * process, and the driver reads the pipe to its end; hence, when a process is killed,
 *
 * <ul>
 *   <li>every increment it sent belongs to a batch that was announced here: none can turn up in a final count unexpected;
 *   <li>what it settled counts as it said: an increment that was acknowledged and reported must never be missing;
 *   <li>a batch that is announced and not settled counts as unknown, all of it: it was perhaps not sent, sent without an
 *       answer, or answered without a chance to say so. That makes the upper bound wider by at most one batch per caller
 *       of the killed process, and never turns an increment that nobody was told of into a lost one;
 *   <li>a last line without its end was never flushed, so whoever reads the pipe drops it, and nothing it announces was sent.
 * </ul>
 */
final class Ledger {
    private final Map<String, Tally> tallies = new TreeMap<>();

    /** The account of one life of one process. */
    final class Account {
        private final Map<Long, Report.Attempt> open = new HashMap<>();

        /** Takes a report, in the order in which the process printed it. */
        void accept(Report report) {
            synchronized (Ledger.this) {
                if (report instanceof Report.Attempt attempt) {
                    open(attempt);
                } else if (report instanceof Report.Settled settled) {
                    settle(settled);
                }
            }
        }

        private void open(Report.Attempt attempt) {
            if (open.putIfAbsent(attempt.batch(), attempt) != null) {
                throw new IllegalStateException("Announced twice: " + attempt.line());
            }
        }

        private void settle(Report.Settled settled) {
            Report.Attempt attempt = open.remove(settled.batch());
            if (attempt == null || !attempt.key().equals(settled.key()) || settled.sent() > attempt.count()) {
                throw new IllegalStateException("Not what was announced, " + attempt + ": " + settled.line());
            }
            add(settled.key(), new Tally(settled.acknowledged(), settled.unknown(), settled.notApplied()));
        }

        /** The process has ended, and its pipe is read to the end: nothing more will be known. */
        void close() {
            synchronized (Ledger.this) {
                open.values().forEach(attempt -> add(attempt.key(), new Tally(0, attempt.count(), 0)));
                open.clear();
            }
        }

        boolean isSettled() {
            synchronized (Ledger.this) {
                return open.isEmpty();
            }
        }
    }

    Account open() {
        return new Account();
    }

    private void add(String key, Tally more) {
        tallies.merge(key, more, Tally::plus);
    }

    /** What is settled so far, per key. */
    synchronized Map<String, Tally> tallies() {
        return Map.copyOf(tallies);
    }

    /** What is settled so far, all keys together. */
    synchronized Tally total() {
        return tallies.values().stream().reduce(Tally.NONE, Tally::plus);
    }
}
