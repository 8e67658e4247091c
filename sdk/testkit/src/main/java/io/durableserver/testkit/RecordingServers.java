package io.durableserver.testkit;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.runtime.wire.Headers;
import io.durableserver.testkit.TurnResult.Sent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The other servers, for a server under test: they are told things and answer as they were taught. */
final class RecordingServers implements InvocationHandler {
    private final ServerTest<?> test;

    private RecordingServers(ServerTest<?> test) {
        this.test = test;
    }

    /** A proxy: what a server asks of its node beyond references is for a test with a cluster. */
    static DurableServers of(ServerTest<?> test) {
        return (DurableServers) Proxy.newProxyInstance(
                DurableServers.class.getClassLoader(),
                new Class<?>[] {DurableServers.class},
                new RecordingServers(test));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        String name = method.getName();
        if (arguments != null && arguments.length >= 2 && arguments[1] instanceof String key) {
            if (name.equals("ref") || name.equals("start") || name.equals("ensureStarted")) {
                return new RecordingRef(test, typeName(arguments[0]), key, Map.of());
            }
            if (name.equals("startAsync") || name.equals("ensureStartedAsync")) {
                return CompletableFuture.completedFuture(new RecordingRef(test, typeName(arguments[0]), key, Map.of()));
            }
        }
        if (name.equals("toString")) {
            return "the servers of a ServerTest";
        }
        throw new UnsupportedOperationException(
                "DurableServers." + name + " needs a cluster: test this with a TestCluster");
    }

    private static String typeName(Object type) {
        return type instanceof ServerType<?> known ? known.name() : String.valueOf(type);
    }

    /** One of the other servers, or the server itself. */
    private record RecordingRef(ServerTest<?> test, String type, String key, Map<String, String> headers)
            implements ServerRef {
        @Override
        public ServerRef withHeaders(Map<String, String> value) {
            return new RecordingRef(test, type, key, Headers.checked(value));
        }

        private Sent sent(Object message) {
            return new Sent(type, key, message, Headers.merged(test.outputs().headers, headers));
        }

        @Override
        public <R extends @Nullable Object> R call(Call<R> message, CallOptions options) {
            return Answers.of(answer(message));
        }

        @Override
        public <R extends @Nullable Object> CompletionStage<R> callAsync(Call<R> message, CallOptions options) {
            return answer(message);
        }

        private <R extends @Nullable Object> CompletableFuture<R> answer(Call<R> message) {
            test.outputs().called.add(sent(message));
            return test.answer(key, message);
        }

        @Override
        public DurableServers servers() {
            return RecordingServers.of(test);
        }

        @Override
        public ServerRef ensureStarted(Object initial, StartOptions options) {
            return this;
        }

        @Override
        public CompletionStage<ServerRef> ensureStartedAsync(Object initial, StartOptions options) {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public void cast(Cast message) {
            test.outputs().sent.add(sent(message));
        }
    }
}
