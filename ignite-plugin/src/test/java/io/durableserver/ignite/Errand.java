package io.durableserver.ignite;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Reply;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Counts what it has done: each time it adds to a tally and then waits for a slow service, in one turn that stays open. */
final class Errand extends DurableServer<Errand.State> {
    static final ServerType<State> TYPE = type("errand", Duration.ofMinutes(2));

    /** Its turns are given up soon. */
    static final ServerType<State> HASTY = type("hasty", Duration.ofSeconds(1));

    record State(long count) {}

    /** @param millis how long the service takes */
    record Run(long by, String tally, long millis) implements Call<Long> {}

    record Count() implements Call<Long> {}

    /** Something slow, with threads of its own. */
    interface Service {
        CompletionStage<Void> answer(long millis);

        /** What happened to an errand. */
        void tell(String what, String key);
    }

    private static ServerType<State> type(String name, Duration turnDeadline) {
        return ServerType.of(name, State.class, Errand::new)
                .syncPolicy(SyncPolicy.manual(Duration.ZERO))
                .turnDeadline(turnDeadline);
    }

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Count.class, (state, count) -> Next.reply(state.count(), state));
        on.callAsync(Run.class, (state, run, context) -> {
            Service service = context.service(Service.class);
            CompletionStage<Reply<State, Long>> end = context.servers()
                    .ref(Tally.TYPE, run.tally())
                    .callAsync(new Tally.Add(run.by(), true))
                    .thenCompose(added -> {
                        service.tell("waiting", context.key());
                        return service.answer(run.millis());
                    })
                    .thenApplyAsync(
                            answered -> {
                                service.tell(isOver(context) ? "over" : "resumed", context.key());
                                State next = new State(state.count() + run.by());
                                return Next.<State, Long>reply(next.count(), next)
                                        .sync();
                            },
                            context.executor());
            end.whenComplete((reply, failure) -> {
                if (failure != null) {
                    service.tell("failed", context.key());
                }
            });
            return end;
        });
    }

    private static boolean isOver(ServerContext context) {
        try {
            context.executor();
            return false;
        } catch (ConfigurationException over) {
            return true;
        }
    }
}
