package io.durableserver.ignite.life;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.WhenCutOff;
import io.durableserver.ignite.disk.SetAside;
import io.durableserver.ignite.life.LifeSteps.Event;
import io.durableserver.ignite.split.GivenUp;
import io.durableserver.ignite.split.KeptSide;
import io.durableserver.ignite.state.NodeWatch;
import io.durableserver.ignite.state.StateBoard;
import java.util.List;
import java.util.Optional;

/**
 * The owner of one Ignite node in a seat. What is told of a node that another one has followed counts no more.
 *
 * @param number of the node, as {@link Life} counts them
 */
record SeatWatch(EmbeddedNode settings, StateBoard board, Life life, WhereToJoin where, int number)
        implements NodeWatch {
    @Override
    public void prefix(String prefix, boolean ready, String cause) {
        if (number == life.node()) {
            board.prefix(prefix, ready, cause);
        }
    }

    @Override
    public void lost(String why, boolean stops) {
        life.happened(number, new Event.Lost(why, stops));
    }

    @Override
    public void alarm(String prefix, String text) {
        if (number == life.node()) {
            board.alarm(prefix, text);
        }
    }

    @Override
    public boolean moves() {
        return settings.whenCutOff() != WhenCutOff.STAY_DOWN;
    }

    @Override
    public void stepDown(List<String> addresses, String why) {
        if (number == life.node() && moves()) {
            where.goTo(addresses);
            life.happened(number, new Event.StepDown(why));
        }
    }

    @Override
    public Optional<String> staysBecause() {
        return !settings.persistence()
                ? Optional.of("it has nothing on its disk (persistence is off)")
                : moves()
                        ? SetAside.cannot(settings)
                        : Optional.of("it does not leave by itself (whenCutOff is STAY_DOWN): stop it, move its data"
                                + " away, and start it again");
    }

    @Override
    public void giveUp(KeptSide kept) {
        if (number != life.node()) {
            throw new IllegalStateException("the node has left already");
        }
        GivenUp.mark(settings, kept);
        life.happened(
                number, new Event.StepDown("An operator gave up this side of a split, and what was stored there"));
    }

    @Override
    public void stopping() {
        // The end of it is told by Ignite.
    }

    @Override
    public boolean isLast() {
        return false;
    }
}
