package io.durableserver.testkit;

import io.durableserver.testkit.TurnResult.Later;
import io.durableserver.testkit.TurnResult.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the turn that runs has asked for so far, besides its result, and the headers it began with. */
final class RecordedOutputs {
    final Map<String, String> headers;
    final List<Sent> sent = new ArrayList<>();
    final List<Sent> called = new ArrayList<>();
    final List<Object> infos = new ArrayList<>();
    final List<Later> timers = new ArrayList<>();

    /** Of a turn without headers. */
    RecordedOutputs() {
        this(Map.of());
    }

    RecordedOutputs(Map<String, String> headers) {
        this.headers = headers;
    }
}
