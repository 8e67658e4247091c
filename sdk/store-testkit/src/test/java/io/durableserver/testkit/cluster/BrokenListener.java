package io.durableserver.testkit.cluster;

import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes changes on as a map with one mistake does. */
final class BrokenListener implements Listener {
    private enum Takes {
        ALL,
        SCAN,
        NOTHING,
        CHANGES
    }

    private final Listener listener;
    private final Mistake mistake;
    private final Object onlyOneListener;
    private Takes takes = Takes.ALL;
    private boolean toldEnd;
    private boolean ended;
    private int count;
    private @Nullable Change held;

    BrokenListener(Listener listener, Mistake mistake, Object onlyOneListener) {
        this.listener = listener;
        this.mistake = mistake;
        this.onlyOneListener = onlyOneListener;
    }

    synchronized void takeOnlyTheScan() {
        takes = Takes.SCAN;
    }

    synchronized void takeOnlyChanges() {
        takes = Takes.NOTHING;
    }

    @Override
    public void changed(List<Change> changes) {
        synchronized (this) {
            if (takes == Takes.NOTHING) {
                return;
            }
        }
        if (mistake == Mistake.ONE_BLOCK_STOPS_ALL) {
            synchronized (onlyOneListener) {
                listener.changed(changes);
            }
            return;
        }
        List<Change> broken = new ArrayList<>();
        synchronized (this) {
            changes.forEach(change -> add(broken, change));
        }
        if (broken.isEmpty() || ended) {
            return;
        }
        try {
            listener.changed(broken);
        } catch (IllegalStateException e) {
            ended = mistake == Mistake.ONE_THROW_ENDS_THE_WATCH;
            throw e;
        }
    }

    @Override
    public void gap() {
        if (mistake != Mistake.HIDES_THE_GAP) {
            listener.gap();
        }
    }

    @Override
    public void closed() {
        if (mistake != Mistake.TELLS_NOBODY_OF_THE_END) {
            listener.closed();
        }
    }

    private void add(List<Change> to, Change change) {
        boolean third = ++count % 3 == 0;
        switch (mistake) {
            case LOSES_A_CHANGE -> {
                if (!third) {
                    to.add(change);
                }
            }
            case REPEATS_A_CHANGE -> {
                to.add(change);
                if (third) {
                    to.add(change);
                }
            }
            case SWAPS_CHANGES -> {
                if (held != null) {
                    to.add(change);
                    to.add(held);
                    held = null;
                } else if (third) {
                    held = change;
                } else {
                    to.add(change);
                }
            }
            case NOTHING_BEFORE ->
                to.add(new Change(change.key(), Optional.empty(), change.after(), change.revision(), change.reason()));
            case REVISION_TOLD_GOES_BACK ->
                to.add(new Change(
                        change.key(), change.before(), change.after(), 1_000_000 - change.revision(), change.reason()));
            default -> to.add(change);
        }
    }

    @Override
    public void caughtUp() {
        synchronized (this) {
            if (takes == Takes.SCAN) {
                takes = Takes.NOTHING;
            } else if (takes == Takes.NOTHING) {
                takes = Takes.CHANGES;
            }
            if (toldEnd || mistake == Mistake.NEVER_CAUGHT_UP) {
                return;
            }
            toldEnd = true;
        }
        listener.caughtUp();
    }
}
