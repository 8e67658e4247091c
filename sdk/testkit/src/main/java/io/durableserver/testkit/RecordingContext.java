package io.durableserver.testkit;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.testkit.TurnResult.Later;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

/** What a server under test sees of its surroundings: services it was given, and nothing else. */
final class RecordingContext implements ServerContext {
    private final ServerTest<?> test;
    private final RegisteredType<?> type;
    private final DurableServers servers;

    RecordingContext(ServerTest<?> test, RegisteredType<?> type) {
        this.test = test;
        this.type = type;
        this.servers = RecordingServers.of(test);
    }

    @Override
    public String key() {
        return test.key();
    }

    @Override
    public String type() {
        return type.name();
    }

    @Override
    public long epoch() {
        return test.epoch();
    }

    @Override
    public ServerRef self() {
        return servers.ref(type.type(), key());
    }

    @Override
    public DurableServers servers() {
        return servers;
    }

    @Override
    public <T> T service(Class<T> wanted) {
        Object service = test.services().get(wanted);
        if (service == null) {
            throw ConfigurationException.option("service", wanted.getName(), "given to the ServerTest");
        }
        return wanted.cast(service);
    }

    @Override
    public Map<String, String> metadata() {
        return test.metadata();
    }

    @Override
    public Map<String, String> headers() {
        return test.outputs().headers;
    }

    @Override
    public void send(Object message) {
        check(message);
        test.outputs().infos.add(message);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // two timers may say the same
    public Registration sendAfter(Duration delay, Object message) {
        check(message);
        Later later = new Later(delay, message);
        RecordedOutputs outputs = test.outputs();
        outputs.timers.add(later);
        return () -> outputs.timers.removeIf(other -> other == later);
    }

    @Override
    public Executor executor() {
        Executor parts = test.outputs().parts();
        if (parts == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "Only a turn that is open has an executor: that of a handler registered with an ...Async method",
                    Map.of("key", key(), "method", "executor"));
        }
        return parts;
    }

    private void check(Object message) {
        if (type.table().info(message.getClass()) == null) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.NO_HANDLER,
                    "The server has no handler for this message",
                    Map.of(
                            "key",
                            key(),
                            "type",
                            type(),
                            "message",
                            message.getClass().getName()));
        }
    }
}
