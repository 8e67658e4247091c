package io.durableserver.examples.docs;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.RequestWindow;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import java.time.Duration;

/** The samples of the page on calls that are applied exactly once. */
final class ExactlyOnceSnippet {
    record Balance(long amount) {}

    record Deposit(long amount) implements Call<Long> {}

    static final class Account extends DurableServer<Balance> {
        // readme: window
        static final ServerType<Balance> TYPE = ServerType.of("account", Balance.class, Account::new)
                .requestWindow(RequestWindow.builder()
                        .ids(5_000)
                        .bytes(256 << 10)
                        .keep(Duration.ofHours(1))
                        .build());
        // readme: end

        @Override
        protected void handlers(Handlers<Balance> on) {
            on.call(Deposit.class, (state, deposit) -> {
                long amount = state.amount() + deposit.amount();
                return Next.reply(amount, new Balance(amount));
            });
        }
    }

    private ExactlyOnceSnippet() {}

    static long calls(ServerRef account) {
        // readme: calls
        // The library sends it again, until it knows: a reply, a rejection, or the deadline.
        long balance = account.call(new Deposit(100), CallOptions.exactlyOnce());

        // The id comes from outside, so that a retry after a restart of the caller is known as well.
        account.call(new Deposit(100), CallOptions.requestId("payment-4711").withRetry());

        // Without an id only what was not applied is sent again.
        account.call(new Deposit(100), CallOptions.retry().withTimeout(Duration.ofSeconds(30)));
        // readme: end
        return balance;
    }
}
