package io.durableserver.ignite.state;

import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.split.KeptSide;
import java.util.List;
import java.util.Optional;

/** What becomes of a node of the application's own: it is told, and nothing else. */
public final class Reports implements NodeWatch {
    private final StateBoard board;
    private String lost = "";

    public Reports(StateBoard board) {
        this.board = board;
    }

    @Override
    public void prefix(String prefix, boolean ready, String cause) {
        board.prefix(prefix, ready, cause);
    }

    @Override
    public synchronized void lost(String why, boolean stops) {
        lost = why;
        board.away(Phase.STOPPED, why + "; it does not come back by itself: start another one");
    }

    @Override
    public void alarm(String prefix, String text) {
        board.alarm(prefix, text);
    }

    @Override
    public boolean moves() {
        return false;
    }

    @Override
    public void stepDown(List<String> addresses, String why) {
        // The application owns the node.
    }

    @Override
    public Optional<String> staysBecause() {
        return Optional.of("its Ignite belongs to the application: stop it, move its data away, and start it again");
    }

    @Override
    public void giveUp(KeptSide kept) {
        throw new IllegalStateException(staysBecause().orElseThrow());
    }

    @Override
    public synchronized void stopping() {
        if (lost.isEmpty()) {
            board.away(Phase.STOPPED, "The node is closed");
        }
    }

    @Override
    public boolean isLast() {
        return true;
    }
}
