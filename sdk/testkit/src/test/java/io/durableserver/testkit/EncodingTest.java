package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncInfo;
import io.durableserver.SyncPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Everything between servers passes as bytes, also on one node: what shares an object by mistake shows in a test. */
@DurableCluster(nodes = 1, servers = Cart.class)
class EncodingTest {
    private static final Cart.State EMPTY = new Cart.State("ann", List.of());

    @Test
    void aCallerThatChangesItsMessageDoesNotChangeTheState(TestCluster cluster) {
        ServerRef cart = cluster.servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
        List<String> mine = new ArrayList<>(List.of("book"));
        assertThat((int) cart.call(new Cart.Add(mine))).isEqualTo(1);
        mine.add("ghost");
        assertThat(cart.call(new Cart.Items())).containsExactly("book");
    }

    @Test
    void neitherDoesOneThatCallsWithoutWaitingOrCasts(TestCluster cluster) {
        ServerRef cart = cluster.servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
        List<String> mine = new ArrayList<>(List.of("book"));
        assertThat(cart.callAsync(new Cart.Add(mine)).toCompletableFuture().join())
                .isEqualTo(1);
        mine.add("ghost");
        cart.cast(new Cart.Order("pen"));
        assertThat(cart.call(new Cart.Items())).containsExactly("book", "pen");
    }

    @Test
    void aCallerThatChangesTheReplyDoesNotChangeTheState(TestCluster cluster) {
        ServerRef cart = cluster.servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
        cart.call(new Cart.Add(List.of("book")));
        cart.cast(new Cart.Order("pen"));
        cart.call(new Cart.Items()).add("ghost");
        assertThat(cart.call(new Cart.Items())).containsExactly("book", "pen");
    }

    @Test
    void aServerThatChangesWhatItGaveAwayAsItsStateDoesNotChangeIt(TestCluster cluster) {
        ServerRef cart = cluster.servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
        cluster.servers(0).ensureStarted(Cart.TYPE, "orders", EMPTY);
        cart.call(new Cart.Add(List.of("book")));
        cart.call(new Cart.Add(List.of("pen")));
        cart.call(new Cart.CheckOut());
        assertThat(cart.call(new Cart.Items())).doesNotContain("ghost");
    }

    @Test
    @DurableCluster(nodes = 1, servers = Cart.class, encodeLocally = false)
    void withoutItObjectsAreSharedAsInProduction(TestCluster cluster) {
        ServerRef cart = cluster.servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
        List<String> mine = new ArrayList<>(List.of("book"));
        cart.call(new Cart.Add(mine));
        mine.add("ghost");
        assertThat(cart.call(new Cart.Items())).containsExactly("book", "ghost");
    }

    /** Keeps, and changes later, what it gave away as its state in init and in onSync. */
    static final class Keeper extends DurableServer<Keeper.Kept> {
        record Kept(List<String> items) {}

        record Items() implements Call<List<String>> {}

        record Store() implements Call<Integer> {}

        static final ServerType<Kept> TYPE = ServerType.of("keeper", Kept.class, Keeper::new);

        private final List<String> mine = new ArrayList<>();

        @Override
        protected Init<Kept> init(Kept state, ServerContext context) {
            mine.add("init");
            return Init.ok(new Kept(mine));
        }

        @Override
        protected Kept onSync(SyncInfo info, Kept stored, Kept current) {
            mine.add("onSync");
            return new Kept(mine);
        }

        @Override
        protected void handlers(Handlers<Kept> on) {
            on.call(Items.class, (state, items) -> {
                mine.add("ghost");
                return Next.reply(List.copyOf(state.items()), state);
            });
            on.call(
                    Store.class,
                    (state, store) -> Next.<Kept, Integer>reply(1, new Kept(List.of("stored")))
                            .sync());
        }
    }

    @Test
    @DurableCluster(nodes = 1, servers = Keeper.class)
    void neitherDoesAServerThatChangesWhatItGaveAwayInACallback(TestCluster cluster) {
        ServerRef keeper = cluster.servers(0).ensureStarted(Keeper.TYPE, "k", new Keeper.Kept(List.of()));
        keeper.call(new Keeper.Items());
        assertThat(keeper.call(new Keeper.Items())).containsExactly("init");
        keeper.call(new Keeper.Store());
        List<String> synced = keeper.call(new Keeper.Items());
        assertThat(synced).endsWith("onSync");
        assertThat(keeper.call(new Keeper.Items())).isEqualTo(synced);
    }

    /** Fails as it is read, which only another node would do in production. */
    record Picky(String text) {
        @JsonCreator
        static Picky of(@JsonProperty("text") String text) {
            if (text.equals("bad")) {
                throw new IllegalArgumentException("picky");
            }
            return new Picky(text);
        }
    }

    record Say(Picky what) implements Call<Integer> {}

    record Hear(String what) implements Call<Picky> {}

    record Become(String what) implements Call<Integer> {}

    static final class PickyServer extends DurableServer<Picky> {
        static final ServerType<Picky> TYPE =
                ServerType.of("picky", Picky.class, PickyServer::new).syncPolicy(SyncPolicy.manual(Duration.ZERO));

        @Override
        protected void handlers(Handlers<Picky> on) {
            on.call(Say.class, (state, say) -> Next.reply(1, say.what()));
            on.call(Hear.class, (state, hear) -> Next.reply(new Picky(hear.what()), state));
            on.call(Become.class, (state, become) -> Next.reply(2, new Picky(become.what())));
        }
    }

    @Test
    @DurableCluster(nodes = 1, servers = PickyServer.class)
    void whatCannotBeReadFailsOnOneNodeToo(TestCluster cluster) {
        ServerRef picky = cluster.servers(0).ensureStarted(PickyServer.TYPE, "k", new Picky("good"));
        assertThatThrownBy(() -> picky.call(new Say(new Picky("bad")))).isInstanceOf(DurableServerException.class);
        assertThatThrownBy(() -> picky.call(new Hear("bad"))).isInstanceOf(DurableServerException.class);
        assertThatThrownBy(() ->
                        picky.callAsync(new Hear("bad")).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DurableServerException.class);
        assertThatThrownBy(() -> picky.call(new Become("bad"))).isInstanceOf(DurableServerException.class);
        assertThat(picky.call(new Hear("good"))).isEqualTo(new Picky("good"));
    }
}
