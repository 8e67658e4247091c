package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.TypedServerType;
import io.durableserver.admin.Admin;
import io.durableserver.admin.ListOptions;
import io.durableserver.admin.Repair;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.spi.Version;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Methods that do not wait refuse what they are given by their stage, never by throwing. */
final class AsyncRefusalsTest extends ProbedNode {
    private static final String BAD_KEY = "a\u0007b";

    private Object argument(Class<?> type) {
        Map<Class<?>, Object> all = Map.<Class<?>, Object>of(
                String.class,
                BAD_KEY,
                ServerType.class,
                Probe.type(script),
                Object.class,
                new State(0),
                StartOptions.class,
                StartOptions.DEFAULT,
                Termination.class,
                Termination.GRACEFUL,
                ListOptions.class,
                ListOptions.DEFAULT.withKeyPrefix(BAD_KEY),
                Version.class,
                new Version("1"),
                byte[].class,
                new byte[] {1, 2, 3},
                Repair.class,
                Repair.because("a test"));
        return Objects.requireNonNull(all.get(type));
    }

    private static DurableServerException failure(CompletionStage<?> stage) {
        Throwable[] failure = new Throwable[1];
        assertThat(stage)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .satisfies(thrown -> failure[0] = thrown.getCause());
        assertThat(failure[0]).isInstanceOf(DurableServerException.class);
        return (DurableServerException) failure[0];
    }

    @Test
    void badKeyFailsTheStageOfEveryMethod() throws ReflectiveOperationException {
        int tried = 0;
        for (Class<?> type : List.of(Admin.class, DurableServers.class)) {
            Object target = type == Admin.class ? node.servers.admin() : node.servers;
            for (Method method : type.getMethods()) {
                if (!method.getName().endsWith("Async")
                        || method.getName().equals("awaitReadyAsync") // has no key
                        || List.of(method.getParameterTypes()).contains(TypedServerType.class)) {
                    continue;
                }
                tried++;
                Object[] arguments = Arrays.stream(method.getParameterTypes())
                        .map(this::argument)
                        .toArray();
                DurableServerException refused = failure((CompletionStage<?>) method.invoke(target, arguments));
                // What is no record is seen before its key.
                if (!method.getName().equals("replaceAsync")) {
                    assertThat(refused.code()).as(method.getName()).isEqualTo("INVALID_KEY");
                }
            }
        }
        assertThat(tried).isEqualTo(11);
    }

    @Test
    void badStatesRecordsAndTypesFailTheStageToo() {
        Admin admin = node.servers.admin();
        Version version = new Version("1");
        Repair why = Repair.because("a test");
        assertThat(failure(admin.replaceAsync("k", version, new byte[] {1, 2, 3}, why))
                        .code())
                .isNotEmpty();
        @SuppressWarnings({"unchecked", "rawtypes"}) // as Kotlin and raw types can
        CompletionStage<?> wrong = admin.replaceStateAsync((ServerType) Probe.type(script), "k", version, "text", why);
        assertThat(failure(wrong).context()).containsEntry("option", "state");
        ServerType<State> unknown = ServerType.of("unknown", State.class, () -> new Probe(script));
        assertThat(failure(admin.replaceStateAsync(unknown, "k", version, new State(0), why))
                        .code())
                .isEqualTo(ConfigurationException.Reason.UNREGISTERED_TYPE.name());
        assertThat(failure(node.servers.startAsync(unknown, "k", new State(0), StartOptions.DEFAULT))
                        .code())
                .isEqualTo(ConfigurationException.Reason.UNREGISTERED_TYPE.name());
    }

    @Test
    void insideATurnToo() {
        Admin admin = node.servers.admin();
        Ask asks = new Ask((state, self) -> {
            CompletionStage<?> refused = admin.terminateAsync(BAD_KEY, Termination.GRACEFUL);
            return Next.reply(refused.toCompletableFuture().isCompletedExceptionally() ? 1L : 0L, state);
        });
        assertThat(ref().call(asks)).isEqualTo(1L);
    }
}
