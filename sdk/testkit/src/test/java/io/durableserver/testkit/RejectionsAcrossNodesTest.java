package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.RejectedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Saying no and only reading, as a user writes it: the same on the owner's node, on others, and without a cluster. */
class RejectionsAcrossNodesTest {
    record Stock(int left) {}

    record Take(int count) implements Call<Integer> {}

    record Left() implements Call<Integer> {}

    record Forget() implements Call<Integer> {}

    static final class Shelf extends DurableServer<Stock> {
        static final ServerType<Stock> TYPE = ServerType.of("shelf", Stock.class, Shelf::new);

        @Override
        protected Init<Stock> init(Stock stock, ServerContext context) {
            if (stock.left() < 0) {
                throw new RejectedException("BAD_STOCK", "There is no negative stock", Map.of("left", stock.left()));
            }
            return Init.ok(stock);
        }

        @Override
        protected void handlers(Handlers<Stock> on) {
            on.call(Take.class, (stock, take) -> {
                if (take.count() > stock.left()) {
                    return Next.reject("OUT_OF_STOCK", "Only " + stock.left() + " left", Map.of("left", stock.left()));
                }
                int left = stock.left() - take.count();
                return Next.reply(left, new Stock(left)).sync();
            });
            on.query(Left.class, (stock, left) -> stock.left());
        }
    }

    @Test
    void everyNodeGetsCodeTextAndDetails() {
        try (TestCluster cluster = TestCluster.builder().types(Shelf.TYPE).start()) {
            for (int node = 0; node < cluster.size(); node++) {
                ServerRef shelf = cluster.servers(node).ensureStarted(Shelf.TYPE, "s", new Stock(5));
                assertThatThrownBy(() -> shelf.call(new Take(6)))
                        .isInstanceOfSatisfying(RejectedException.class, no -> {
                            assertThat(no).hasMessage("[REJECTED OUT_OF_STOCK] Only 5 left {left=5}");
                            assertThat(no.details()).containsOnly(Map.entry("left", "5"));
                        });
                assertThat(shelf.call(new Left())).isEqualTo(5);
                int asking = node;
                assertThatThrownBy(() -> cluster.servers(asking).ensureStarted(Shelf.TYPE, "bad", new Stock(-1)))
                        .isInstanceOfSatisfying(
                                RejectedException.class,
                                no -> assertThat(no.code()).isEqualTo("BAD_STOCK"));
            }
            assertThat(cluster.servers(0).admin().info("s").orElseThrow().epoch())
                    .isEqualTo(1);
        }
    }

    @Test
    void aServerWithoutAClusterRefusesAndRunsOn() {
        ServerTest<Stock> shelf = ServerTest.of(Shelf.TYPE, new Stock(2)).key("s");
        assertThatThrownBy(() -> shelf.call(new Take(3))).isInstanceOf(RejectedException.class);
        assertThat(shelf.call(new Take(1)).reply()).isEqualTo(1);
        assertThat(shelf.call(new Left()).reply()).isEqualTo(1);
        assertThatThrownBy(
                        () -> ServerTest.of(Shelf.TYPE, new Stock(-1)).key("s").call(new Left()))
                .isInstanceOf(RejectedException.class);
    }

    record Notes(List<String> all) {}

    record Count() implements Call<Integer> {}

    /** Its query changes what is in the state. */
    static final class Careless extends DurableServer<Notes> {
        static final ServerType<Notes> TYPE = ServerType.of("careless", Notes.class, Careless::new);

        @Override
        protected void handlers(Handlers<Notes> on) {
            on.query(Count.class, (notes, count) -> {
                notes.all().add("asked");
                return notes.all().size();
            });
            on.call(Forget.class, (notes, forget) -> {
                notes.all().clear();
                throw new RejectedException("NO", "Too late");
            });
        }
    }

    @Test
    void aQueryThatChangesTheStateIsFoundByTests() {
        ServerTest<Notes> alone = ServerTest.of(Careless.TYPE, new Notes(new ArrayList<>(List.of("a"))));
        assertThatThrownBy(() -> alone.key("k").call(new Count()))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("a query may only read it");
        assertThatThrownBy(() -> alone.key("k").call(new Forget()))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("before it rejected");
        try (TestCluster cluster = TestCluster.builder().types(Careless.TYPE).start()) {
            ServerRef ref = cluster.servers(0).ensureStarted(Careless.TYPE, "k", new Notes(List.of("a")));
            assertThatThrownBy(() -> ref.call(new Count()))
                    .isInstanceOf(HandlerFailedException.class)
                    .hasMessageContaining("a query may only read it");
        }
    }
}
