package io.durableserver.testkit;

import io.durableserver.Next;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.type.Slot;
import io.durableserver.testkit.TurnResult.Later;
import io.durableserver.testkit.TurnResult.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the turn that runs has asked for so far, besides its result, and the headers it began with. */
final class RecordedOutputs {
    final Map<String, String> headers;
    final List<Sent> sent = new ArrayList<>();
    final List<Sent> called = new ArrayList<>();
    final List<Object> infos = new ArrayList<>();
    final List<Later> timers = new ArrayList<>();
    private @Nullable OpenParts parts;

    /** Of a turn without headers. */
    RecordedOutputs() {
        this(Map.of());
    }

    RecordedOutputs(Map<String, String> headers) {
        this.headers = headers;
    }

    /** Runs a handler whose turn stays open, until its stage ends. */
    <S> Next<S> open(String key, TestedType<S> type, UserCode<S> code, Slot slot, S state, Object message) {
        OpenParts open = new OpenParts();
        parts = open;
        try {
            return open.run(
                    code, slot, state, message, key, type.registered().type().turnDeadline());
        } finally {
            parts = null;
        }
    }

    /** Where parts of the turn run; null when it is not open. */
    @Nullable
    Executor parts() {
        return parts;
    }
}
