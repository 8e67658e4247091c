package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Reply;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.testkit.TurnResult.Later;
import io.durableserver.testkit.TurnResult.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One server without a cluster. */
class ServerTestTest {
    private final ServerTest<Cart.State> cart =
            ServerTest.of(Cart.TYPE, new Cart.State("ann", List.of("book"))).key("k");

    @Test
    void aCallHasItsReplyStateAndJson() {
        TurnResult<Cart.State, Integer> turn = cart.call(new Cart.Add(List.of("pen")));
        assertThat(turn.reply()).isEqualTo(2);
        assertThat(turn.state()).isEqualTo(new Cart.State("ann", List.of("book", "pen")));
        assertThat(turn.json()).isEqualTo("{\"owner\":\"ann\",\"items\":[\"book\",\"pen\"]}");
        assertThat(turn.idleTimeout()).contains(Cart.EXPIRY);
        assertThat(turn.stop()).isEmpty();
        assertThat(cart.state()).isEqualTo(turn.state());
        assertThat(cart.json()).isEqualTo(turn.json());
    }

    @Test
    void effectsAreThereToBeLookedAt() {
        TurnResult<Cart.State, String> turn = cart.call(new Cart.CheckOut());
        assertThat(turn.sent()).containsExactly(new Sent("cart", "orders", new Cart.Order("k")));
        assertThat(turn.infos()).containsExactly(new Cart.Remind("now"));
        assertThat(turn.timers()).containsExactly(new Later(Duration.ofHours(1), new Cart.Remind("later")));
        assertThat(turn.continuation()).contains(new Cart.Counted(1));
        assertThat(turn.metadata()).contains(Map.of("ordered", "yes"));
        assertThat(turn.sync()).isEqualTo(Next.Sync.STRICT);
        cart.info(new Cart.Remind("never mind"));
        assertThat(turn.timers()).as("taken back by a later turn").isEmpty();
        assertThat(cart.continuation(new Cart.Counted(1)).sent()).isEmpty();
    }

    @Test
    void headersGoOnWithWhatATurnSends() {
        Map<String, String> headers = Map.of("traceparent", "00-1");
        TurnResult<Cart.State, String> turn = cart.headers(headers).call(new Cart.CheckOut());
        assertThat(turn.sent()).containsExactly(new Sent("cart", "orders", new Cart.Order("k"), headers));
    }

    @Test
    void initIsLookedAtOrRunsByItself() {
        assertThat(cart.init().metadata()).contains(Map.of("owner", "ann"));
        assertThat(ServerTest.of(Cart.TYPE, new Cart.State("bob", List.of()))
                        .call(new Cart.Items())
                        .reply())
                .isEmpty();
    }

    @Test
    void messagesRepliesAndStatesAreCopies() {
        List<String> mine = new ArrayList<>(List.of("pen"));
        ServerTest<Cart.State> empty = ServerTest.of(Cart.TYPE, new Cart.State("ann", List.of()));
        empty.call(new Cart.Add(mine));
        mine.add("ghost");
        empty.call(new Cart.Items()).reply().add("ghost");
        empty.continuation(new Cart.Counted(1));
        assertThat(empty.state().items()).containsExactly("pen");
    }

    @Test
    void servicesAndAnswersOfOtherServersAreGivenToIt() {
        cart.service(Cart.Prices.class, item -> item.length());
        assertThat(cart.call(new Cart.Total()).reply()).isEqualTo(4);
        cart.answering(Cart.Items.class, items -> List.of("a", "b"));
        TurnResult<Cart.State, Integer> turn = cart.call(new Cart.Ask("neighbour"));
        assertThat(turn.reply()).isEqualTo(2);
        assertThat(turn.called()).containsExactly(new Sent("cart", "neighbour", new Cart.Items()));
    }

    @Test
    void whatNobodyTaughtFailsTheTurnAndSaysHowTo() {
        assertThatThrownBy(() -> cart.call(new Cart.Ask("neighbour")))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("ServerTest.answering");
        assertThatThrownBy(() -> cart.call(new Cart.Total())).isInstanceOf(HandlerFailedException.class);
    }

    @Test
    void aFailureIsWhatACallerSeesAndTheServerComesBackWithTheStateBefore() {
        cart.call(new Cart.Add(List.of("pen")));
        assertThatThrownBy(() -> cart.call(new Cart.Fail("broken")))
                .isInstanceOfSatisfying(
                        HandlerFailedException.class,
                        failure -> assertThat(failure.errorType()).isEqualTo(IllegalStateException.class.getName()))
                .hasMessageContaining("broken");
        assertThat(cart.call(new Cart.Items()).reply()).containsExactly("book", "pen");
    }

    @Test
    void aDeferredCallIsAnsweredByALaterTurn() {
        TurnResult<Cart.State, String> waiting = cart.call(new Cart.AwaitOrder());
        assertThat(waiting.isAnswered()).isFalse();
        assertThatThrownBy(waiting::reply).isInstanceOf(IllegalStateException.class);
        cart.cast(new Cart.Order("tea"));
        assertThat(waiting.reply()).isEqualTo("tea");
    }

    @Test
    void aTimeoutStopsItAndTheNextMessageStartsItAgain() {
        TurnResult<Cart.State, ?> turn = cart.timeout();
        assertThat(turn.stop()).contains(StopReason.normal());
        assertThat(cart.call(new Cart.Items()).reply()).containsExactly("expired");
    }

    @Test
    void whatWasDeletedIsNotFound() {
        cart.stop(StopReason.delete());
        assertThatThrownBy(() -> cart.call(new Cart.Items()))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(NotAppliedException.Reason.NOT_FOUND));
    }

    @Test
    void statesOfOlderVersionsAreLoadedAndNewerOnesRefused() {
        ServerTest<Cart.State> old = ServerTest.stored(Cart.TYPE, 1, "{\"items\":[\"lamp\"]}");
        assertThat(old.state()).isEqualTo(new Cart.State("nobody", List.of("lamp")));
        assertThat(old.load(1, "{\"items\":[]}").json()).isEqualTo("{\"owner\":\"nobody\",\"items\":[]}");
        assertThatThrownBy(() -> ServerTest.stored(Cart.TYPE, 3, "{}").state())
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(NotAppliedException.Reason.RECORD_NEWER));
    }

    @Test
    void whatTheTypeDoesNotHandleIsRefused() {
        assertThatThrownBy(() -> cart.info("hello")).isInstanceOf(NotAppliedException.class);
        assertThatThrownBy(() -> cart.continuation("hello")).isInstanceOf(NotAppliedException.class);
        assertThatThrownBy(() -> cart.call(new TestClusterTest.Counter.GetCount()))
                .isInstanceOf(ConfigurationException.class);
    }

    /** A state of two parts, one of which is made anew by each load; and turns that ask for what there is not. */
    static final class Odd extends DurableServer<Odd.State> {
        static final class State {
            final int kept;
            final Object connection;

            State(int kept, Object connection) {
                this.kept = kept;
                this.connection = connection;
            }
        }

        record Dump(int kept) {}

        record Use(String how) implements Call<String> {}

        static final ServerType<State> TYPE = ServerType.of("odd", State.class, Odd::new);

        @Override
        protected Object dump(State state) {
            return new Dump(state.kept);
        }

        @Override
        protected State load(ServerType<State> type, StoredState stored) {
            return new State(stored.as(Dump.class).kept(), new Object());
        }

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        protected void handlers(Handlers<State> on) {
            on.call(Use.class, (state, use) -> switch (use.how()) {
                case "continue" -> Next.reply("", state).thenContinue("nobody takes this");
                case "timeout" -> Next.reply("", state).idleTimeout(Duration.ofSeconds(1));
                case "wrong reply" -> (Reply) Next.reply(7, new State(100, state.connection));
                default -> Next.reply("ok", new State(state.kept + 1, state.connection));
            });
        }
    }

    @Test
    void aStateWithADumpOfItsOwnKeepsWhatNoDumpHas() {
        ServerTest<Odd.State> odd = ServerTest.of(Odd.TYPE, new Odd.State(1, new Object()));
        Object connection = odd.state().connection;
        TurnResult<Odd.State, String> turn = odd.call(new Odd.Use("well"));
        assertThat(turn.state().connection).isSameAs(connection);
        assertThat(turn.json()).isEqualTo("{\"kept\":2}");
    }

    @Test
    void whatATurnAsksForAndCannotGetFailsIt() {
        ServerTest<Odd.State> odd = ServerTest.of(Odd.TYPE, new Odd.State(1, new Object()));
        assertThatThrownBy(() -> odd.call(new Odd.Use("continue"))).isInstanceOf(HandlerFailedException.class);
        assertThatThrownBy(() -> odd.call(new Odd.Use("timeout"))).isInstanceOf(HandlerFailedException.class);
        assertThat(odd.json()).isEqualTo("{\"kept\":1}");
    }

    @Test
    void aReplyOfAnotherTypeIsRefusedAndTheServerGoesOn() {
        ServerTest<Odd.State> odd = ServerTest.of(Odd.TYPE, new Odd.State(1, new Object()));
        Object connection = odd.state().connection;
        assertThatThrownBy(() -> odd.call(new Odd.Use("wrong reply"))).isInstanceOf(ConfigurationException.class);
        assertThat(odd.state().connection).isSameAs(connection);
        assertThat(odd.json()).isEqualTo("{\"kept\":1}");
    }

    @Test
    void aReplyThatCannotBeReadIsToldWithTheCallApplied() {
        ServerTest<EncodingTest.Picky> picky =
                ServerTest.of(EncodingTest.PickyServer.TYPE, new EncodingTest.Picky("good"));
        TurnResult<EncodingTest.Picky, EncodingTest.Picky> turn = picky.call(new EncodingTest.Hear("bad"));
        assertThatThrownBy(turn::reply).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> picky.call(new EncodingTest.Become("bad"))).isInstanceOf(DurableServerException.class);
        assertThat(picky.state()).isEqualTo(new EncodingTest.Picky("good"));
    }
}
