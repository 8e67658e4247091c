package io.durableserver.spi;

import io.durableserver.Registration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A cluster-wide map in memory. All changes are compare-and-set on the bytes. Thread-safe; nothing blocks. A stage that
 * fails with {@link MapUnavailableException} had no effect; any other failure leaves the outcome unknown: read again.
 *
 * <p>Every change of a key has a revision, which is higher than that of the change before. Revisions of different keys say
 * nothing about each other. A key that was removed and is written again goes on above its removal; where the map has no
 * memory of removed keys, that holds as far as the clocks of its nodes agree.
 *
 * <p>A change that was not applied proves that the entry did not hold what was expected when the map looked. When the node
 * that made it died and the map repeated it, that look may come after the first attempt was applied: an absent entry after
 * a removal says that it is removed, not by whom.
 *
 * <p>Keys have 1 to {@value #MAX_KEY} characters, values at most {@value #MAX_VALUE} bytes; others are refused with an
 * {@link IllegalArgumentException}, which is thrown.
 *
 * <p>Arrays that go in or come out are not changed any more by either side.
 */
public interface SharedMap {
    /** The cursor of the first page. */
    String START = "";

    /** The most entries in a {@link Page}. */
    int MAX_PAGE = 1_000;

    /** The most bytes of values and characters of keys in a {@link Page} of more than one entry. */
    int MAX_PAGE_BYTES = 1 << 20;

    /** The longest key, in characters. */
    int MAX_KEY = 4_096;

    /** The largest value, in bytes: 1 MiB. */
    int MAX_VALUE = 1 << 20;

    /** The most watches of a map that are open on a node. Each keeps the entries with its prefix, and is offered every change. */
    int MAX_WATCHES = 256;

    /** The longest reason of a removal, in characters. */
    int MAX_REASON = 200;

    /** The reason of a removal that was not asked for: all nodes that held the entry are gone. */
    String LOST = "lost";

    /** Reads an entry, linearizable with the changes of its key. */
    CompletionStage<Optional<byte[]>> get(String key);

    CompletionStage<Cas> putIfAbsent(String key, byte[] value);

    /** Replaces an entry that holds exactly these bytes. */
    CompletionStage<Cas> replace(String key, byte[] expected, byte[] value);

    /** Removes an entry that holds exactly these bytes. */
    CompletionStage<Cas> remove(String key, byte[] expected);

    /**
     * As {@link #remove(String, byte[])}, and tells watchers why. May cost a message more.
     *
     * @param reason at most {@value #MAX_REASON} characters; see {@link Change#reason}
     */
    CompletionStage<Cas> remove(String key, byte[] expected, String reason);

    /** The entry as far as this node holds a copy of it; a local read that may be stale or empty. */
    Optional<byte[]> localGet(String key);

    /**
     * One page of the entries whose key starts with a prefix, from all nodes, in no promised order. An entry that is there
     * during the whole scan is in exactly one page, whatever happens to other entries and to nodes meanwhile, unless all
     * nodes that held it are gone. A page ends at its limit or at {@value #MAX_PAGE_BYTES} bytes, whichever is first, and
     * costs what it reads; entries without the prefix are read past, not moved to this node.
     *
     * @param cursor {@link #START} for the first page, then {@link Page#next}; good on every node
     * @param limit at most this many entries, 1 to {@value #MAX_PAGE}
     */
    CompletionStage<Page> scan(String prefix, String cursor, int limit);

    /**
     * One page of the entries this node is the arbiter of, see {@link #owner}; backups are not among them. As {@link #scan},
     * as long as no arbitration moves; {@link #onArbiterChange} tells when it is worth to begin again.
     */
    CompletionStage<Page> owned(String cursor, int limit);

    /**
     * About how many entries {@link #owned} has, for figures: it is counted at once, and may count removals that are still remembered. 0
     * when the map is closed. Any thread.
     */
    long ownedSize();

    /**
     * Reports the present entries whose key starts with a prefix, then {@link Listener#caughtUp}, and every change all
     * along: nothing is lost between what was there and what comes after, nothing is told twice, and the changes of a key
     * come in order. Each change begins with what this listener was told of the key before. A listener that falls far
     * behind is told of several changes of a key in one, and of entries as they are by then; one for which more than
     * {@link ChangeFeed#MAX_WAITING_BYTES} bytes wait is told of a {@link Listener#gap}. One that throws or blocks gets its
     * next call all the same, or late, and disturbs no other listener. {@link ClusterEvent.WatchBehind} and
     * {@link ClusterEvent.WatchStuck} tell of one that is too slow or does not return.
     *
     * <p>The listener is called by one thread at a time, never by one that the cluster needs. Closing the registration
     * twice is harmless. A call that had begun may still run when closing returns, and one that was about to begin may
     * begin; after those there is none.
     *
     * <p>A key that was written again after a loss may have a lower revision than before.
     *
     * @throws MapUnavailableException when the map is closed
     * @throws TooManyWatchesException when {@value #MAX_WATCHES} others of this map are open on this node; close one
     */
    Registration watch(String prefix, Listener listener);

    /**
     * Tells when entries may be gone without a word, because all nodes that held them are: a node that made entries puts them
     * back. May come more often than needed; one that throws is told the next time all the same. The listener runs on a thread of the map and must hand over at once.
     */
    Registration onLoss(Runnable listener);

    /**
     * Tells, within some seconds, when this node may have become or ceased to be the arbiter of keys. May come more often
     * than needed; one that throws is told the next time all the same. Listen first, then read {@link #owned}: what was read
     * before may have changed in silence. The listener runs on a thread of the map and must hand over at once.
     */
    Registration onArbiterChange(Runnable listener);

    /**
     * The session that is the arbiter of a key now: the affinity owner. The instance {@link Membership#view} has.
     *
     * @throws MapUnavailableException when no node has the key's part of the map
     */
    Session owner(String key);

    /**
     * Ends the use of the map on this node: watchers hear {@link Listener#closed}, other listeners nothing more, and what is
     * asked from now on fails with {@link MapUnavailableException}. What was sent before goes to its end, but pages that are
     * being read fail. The entries stay, other nodes go on, and {@link Cluster#map} opens the map again. May block, as that
     * does; harmless when repeated.
     */
    void close();

    /** Whether the map was closed on this node, or its node was. */
    boolean isClosed();

    /** A key, when it is one; for those who implement a map. */
    static String checkKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new IllegalArgumentException("a key of " + key.length() + " characters: 1 to " + MAX_KEY);
        }
        return key;
    }

    /** A value, when it is one; for those who implement a map. */
    static byte[] checkValue(byte[] value) {
        if (value.length > MAX_VALUE) {
            throw new IllegalArgumentException("a value of " + value.length + " bytes, at most " + MAX_VALUE);
        }
        return value;
    }

    /** The limit of a page, when it is one; for those who implement a map. */
    static int checkLimit(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit " + limit + ": 1 to " + MAX_PAGE);
        }
        return limit;
    }

    /** Refuses one more watch where this many are open; for those who implement a map. */
    static void checkWatches(int open, String prefix) {
        if (open >= MAX_WATCHES) {
            throw new TooManyWatchesException(prefix);
        }
    }

    /** The reason of a removal, when it is one; for those who implement a map. */
    static String checkReason(String reason) {
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("a reason of " + reason.length() + " characters, at most " + MAX_REASON);
        }
        return reason;
    }

    /**
     * The end of a compare-and-set.
     *
     * @param applied whether it was applied
     * @param current what the entry holds after it; empty when it is absent
     * @param revision the revision of what it holds, or of the removal when that was applied; 0 when it was absent
     */
    record Cas(boolean applied, Optional<byte[]> current, long revision) {}

    /**
     * One page.
     *
     * @param next where the next page starts; empty after the last
     */
    record Page(List<Entry> entries, Optional<String> next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** An entry of a page. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(String key, byte[] value, long revision) {}

    /**
     * A change of an entry. At least one of before and after is there.
     *
     * @param before what it held as far as this listener knows; empty when it was absent
     * @param after what it holds now; empty when it was removed
     * @param reason why it was removed, as the one who removed it said, or {@link #LOST}; empty when none was said, or when
     *     the news of it got lost with a node
     */
    record Change(String key, Optional<byte[]> before, Optional<byte[]> after, long revision, String reason) {}

    /** Receives the entries of a watched map and their changes. */
    interface Listener {
        /** Entries are there or were changed, at least one; in order per key. */
        void changed(List<Change> changes);

        /**
         * More waits for this listener than may, and was dropped: what it was told is void. It is told of all entries that
         * are there as when the watch began, and then {@link #caughtUp} again.
         */
        void gap();

        /** All that was there when the watch began has been told; called once, and once after each {@link #gap}. */
        default void caughtUp() {}

        /** The map is closed on this node, or its node is: the last call, and none after the watch itself was closed. */
        default void closed() {}
    }
}
