package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.RejectedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A type that makes the first state of a key: the first message starts its server. */
class FirstCallTest {
    record Account(String owner, long balance) {}

    record Put(long amount) implements Call<Long> {}

    record PutLater(long amount) implements Cast {}

    record Balance() implements Call<Account> {}

    static final class AccountServer extends DurableServer<Account> {
        static final ServerType<Account> KNOWN = ServerType.of("account", Account.class, AccountServer::new);
        static final ServerType<Account> MADE = KNOWN.initial(AccountServer::first);

        static Account first(String key) {
            switch (key) {
                case "none-of-mine" -> throw new RejectedException("NO_SUCH_ACCOUNT", "Not here", Map.of());
                case "broken" -> throw new IllegalStateException("no database");
                default -> {
                    return new Account(key, 0);
                }
            }
        }

        @Override
        protected Init<Account> init(Account state, ServerContext context) {
            if (context.key().equals("refused")) {
                throw new RejectedException("CLOSED", "This account is closed", Map.of());
            }
            return context.key().equals("ignored") ? Init.ignore() : Init.ok(state);
        }

        @Override
        protected void handlers(Handlers<Account> on) {
            on.call(Put.class, (state, put) -> {
                Account next = new Account(state.owner(), state.balance() + put.amount());
                return Next.reply(next.balance(), next).sync();
            });
            on.cast(
                    PutLater.class,
                    (state, put) -> Next.state(new Account(state.owner(), state.balance() + put.amount())));
            on.query(Balance.class, (state, balance) -> state);
        }
    }

    private final TestCluster cluster =
            TestCluster.builder().nodes(3).types(AccountServer.MADE).start();

    @AfterEach
    void close() {
        cluster.close();
    }

    private ServerRef ref(int node, String key) {
        return cluster.servers(node).ref(AccountServer.MADE, key);
    }

    @Test
    void firstCallOfAnUnknownKeyStartsItsServerOnceWhoeverCalls() throws Exception {
        List<CompletionStage<Long>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            calls.add(ref(i % 3, "ann").callAsync(new Put(1)));
        }
        for (CompletionStage<Long> call : calls) {
            call.toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        assertThat(ref(1, "ann").call(new Balance())).isEqualTo(new Account("ann", 60));
        assertThat(cluster.servers(0).admin().info("ann").orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void firstCastAndFirstQueryStartItToo() {
        ref(0, "bob").cast(new PutLater(5));
        Awaitility.await().until(() -> ref(2, "bob").call(new Balance()), new Account("bob", 5)::equals);
        assertThat(ref(1, "cy").call(new Balance())).isEqualTo(new Account("cy", 0));
    }

    @Test
    void keyThatTheTypeDoesNotTakeIsRefusedAndLeavesNothing() {
        for (String key : List.of("none-of-mine", "refused")) {
            assertThatThrownBy(() -> ref(0, key).call(new Put(1))).isInstanceOf(RejectedException.class);
            assertThat(cluster.servers(1).admin().info(key)).isEmpty();
        }
        assertThat(refusal("ignored")).isEqualTo(Reason.IGNORED);
        assertThatThrownBy(() -> ref(0, "broken").call(new Put(1)))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("no database");
        assertThat(cluster.servers(1).admin().info("broken")).isEmpty();
    }

    private Reason refusal(String key) {
        return catchThrowableOfType(NotAppliedException.class, () -> ref(0, key).call(new Put(1)))
                .reason();
    }

    @Test
    void deletedKeyBeginsAnew() {
        ref(0, "dan").call(new Put(7));
        cluster.servers(1).admin().terminate("dan", Termination.DELETE);
        assertThat(ref(2, "dan").call(new Balance())).isEqualTo(new Account("dan", 0));
    }

    @Test
    void serverThatWasStoppedForGoodStaysStopped() {
        ref(0, "eve").call(new Put(7));
        cluster.servers(0).admin().terminate("eve", Termination.PERMANENT);
        assertThat(refusal("eve")).isEqualTo(Reason.NOT_RUNNING);
    }

    @Test
    void whatAnApplicationBringsItselfCounts() {
        ServerRef ref = cluster.servers(0).ensureStarted(AccountServer.MADE, "fay", new Account("someone", 3));
        assertThat(ref.call(new Balance())).isEqualTo(new Account("someone", 3));
    }

    @Test
    void stateOfTheKeySurvivesItsNode() {
        ref(0, "gus").call(new Put(2));
        int owner = cluster.crashOwnerOf(ref(0, "gus"));
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> ref((owner + 1) % 3, "gus").call(new Balance()), new Account("gus", 2)::equals);
    }

    @Test
    void withoutItAnUnknownKeyIsNotFound() {
        try (TestCluster other =
                TestCluster.builder().types(AccountServer.KNOWN).start()) {
            ServerRef ref = other.servers(0).ref(AccountServer.KNOWN, "ann");
            NotAppliedException refused = catchThrowableOfType(NotAppliedException.class, () -> ref.call(new Put(1)));
            assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);
        }
    }

    @Test
    void firstStateOfAnotherClassIsNamed() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        ServerType<Account> wrong = ((ServerType) AccountServer.KNOWN).initial(key -> "text");
        ServerType<Account> none = AccountServer.KNOWN.initial(FirstCallTest::nothing);
        for (ServerType<Account> type : List.of(wrong, none)) {
            try (TestCluster other = TestCluster.builder().types(type).start()) {
                assertThatThrownBy(() -> other.servers(0).ref(type, "ann").call(new Put(1)))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("initial")
                        .hasMessageContaining(Account.class.getName());
            }
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a careless application does
    private static <T> T nothing(String key) {
        return null;
    }
}
