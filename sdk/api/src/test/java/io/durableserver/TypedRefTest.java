package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the compiler lets through when a type names its messages. */
class TypedRefTest {
    private static final String FRAME = """
            import io.durableserver.*;
            import java.util.List;
            import java.util.concurrent.CompletionStage;

            class Sample {
                record State(int n) {
                    int read(Get get) {
                        return n;
                    }
                }
                sealed interface Message extends Protocol<Message> {}
                sealed interface Reads extends Message {}
                record Get() implements Reads, Call<Integer> {}
                record Names() implements Reads, Call<List<String>> {}
                record Done() implements Message, Call<Void> {}
                record Forget() implements Message, Cast {}
                sealed interface Other extends Protocol<Other> {}
                record Foreign() implements Other, Call<Integer> {}
                record ForeignCast() implements Other, Cast {}
                record Loose() implements Call<Integer> {}
                record LooseCast() implements Cast {}
                record Pair<T>(T value) implements Message, Call<T> {}
                sealed interface Nameless {}
                record One() implements Nameless, Call<Integer> {}

                static abstract class Counter extends DurableServer<State> {
                    protected void handlers(Handlers<State> on) {
                        on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
                        on.call(Names.class, (state, get, context) -> Next.reply(List.of(context.key()), state));
                        on.cast(Forget.class, (state, get, context) -> Next.state(state));
                        on.info(String.class, this::text);
                        on.continuation(String.class, this::plain);
                        on.timeout((state, context) -> Next.stop(StopReason.normal(), state));
                        on.any(Reads.class, (state, message) ->
                                message instanceof Get ? Next.reply(1, state) : Next.state(state));
                        on.any(Reads.class, (state, message, context) -> Next.reply(context.key(), state));
                        on.query(Get.class, State::read);
                        on.query(Get.class, (state, get, context) -> state.n());
                        on.callDeferred(Get.class, (state, get, to) -> Next.state(state));
                        on.callDeferred(Get.class, (state, get, to, context) -> Next.state(state));
                    }
                    private Next<State> text(State state, String text, ServerContext context) {
                        return Next.state(state);
                    }
                    private Next<State> plain(State state, String text) {
                        return Next.state(state);
                    }
                }

                static void use(TypedServerType<State, Message> type, ServerType<State> loose,
                        DurableServers servers, TypedRef<Message> ref, CallOptions options, State state) {
                    %s
                }
            }
            """;

    @TempDir
    Path out;

    private List<String> errors(String statement) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return FRAME.formatted(statement);
                    }
                };
        List<String> options = List.of(
                "-proc:none",
                "-d",
                out.toString(),
                "-classpath",
                place(Call.class) + File.pathSeparator + place(NullMarked.class));
        boolean good = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, found, options, null, List.of(source))
                .call();
        List<String> errors = found.getDiagnostics().stream()
                .map(problem -> problem.getCode())
                .filter(code -> code.startsWith("compiler.err"))
                .toList();
        assertThat(errors.isEmpty()).as("%s", found.getDiagnostics()).isEqualTo(good);
        return errors;
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int n = ref.call(new Get());",
                "int n = servers.ref(type, \"k\").call(new Get(), options);",
                "List<String> names = servers.start(type, \"k\", state).call(new Names());",
                "CompletionStage<List<String>> later = servers.ensureStarted(type, \"k\", state).callAsync(new Names());",
                "CompletionStage<TypedRef<Message>> later = servers.startAsync(type, \"k\", state, StartOptions.DEFAULT);",
                "String text = ref.call(new Pair<>(\"x\"));",
                "Void done = ref.call(new Done());",
                "ref.cast(new Forget());",
                "var get = new Get(); int n = ref.callAsync(get, options).toCompletableFuture().join();",
                "TypedServerType<State, Message> same = type.version(2).inPlace().syncPolicy(SyncPolicy.manual());",
                "TypedServerType<State, Message> named = loose.messages(Message.class);",
                "int n = ref.untyped().call(new Loose());",
                "ServerRef plain = servers.ref((ServerType<State>) type, \"k\");",
                "ServerAddress any = ref;"
            })
    void messagesOfTheTypeCompile(String statement) {
        assertThat(errors(statement)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ref.call(new Foreign());",
                "ref.call(new Loose());",
                "ref.call(new Loose(), options);",
                "ref.callAsync(new Foreign());",
                "servers.ref(type, \"k\").callAsync(new Foreign(), options);",
                "servers.start(type, \"k\", state).call(new Loose());",
                "servers.ensureStarted(type, \"k\", state).cast(new ForeignCast());",
                "ref.cast(new LooseCast());",
                "ref.call(new Forget());",
                "ref.cast(new Get());",
                "String wrong = ref.call(new Get());",
                "Call<Integer> call = new Get(); ref.call(call);",
                "ServerRef plain = ref;",
                "loose.messages(Reads.class);",
                "loose.messages(Nameless.class);",
                "servers.close();",
                "servers.drain();"
            })
    void othersDoNot(String statement) {
        assertThat(errors(statement)).isNotEmpty();
    }

    private sealed interface Message extends Protocol<Message> {}

    private record Get() implements Message, Call<Integer> {}

    private interface Open extends Protocol<Open> {}

    private static final class Server extends DurableServer<String> {
        @Override
        protected void handlers(Handlers<String> on) {
            on.any(Message.class, (state, message) -> Next.reply(1, state));
        }
    }

    private static ServerType<String> type() {
        return ServerType.of("t", String.class, Server::new);
    }

    @Test
    void whateverIsSetTheTypeKeepsItsMessages() {
        List<Method> setters = Arrays.stream(ServerType.class.getMethods())
                .filter(method -> method.getReturnType() == ServerType.class)
                .filter(method -> !method.getName().equals("of"))
                .toList();
        assertThat(setters).hasSizeGreaterThan(5).allSatisfy(setter -> {
            Method kept = TypedServerType.class.getMethod(setter.getName(), setter.getParameterTypes());
            assertThat(kept.getReturnType()).isEqualTo(TypedServerType.class);
        });
        TypedServerType<String, Message> typed =
                type().slowTurn(Duration.ofSeconds(3)).messages(Message.class).version(7);
        assertThat(typed.protocol()).isEqualTo(Message.class);
        assertThat(typed.version()).isEqualTo(7);
        assertThat(typed.slowTurn()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void messagesMustBeSealed() {
        ConfigurationException open =
                catchThrowableOfType(ConfigurationException.class, () -> type().messages(Open.class));
        assertThat(open.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
        assertThat(open.context()).containsEntry("value", Open.class.getName());
        assertThat(new Get()).isInstanceOf(Protocol.class);
    }
}
