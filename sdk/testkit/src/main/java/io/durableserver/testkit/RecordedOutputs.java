package io.durableserver.testkit;

import io.durableserver.testkit.TurnResult.Later;
import io.durableserver.testkit.TurnResult.Sent;
import java.util.ArrayList;
import java.util.List;

/** What the turn that runs has asked for so far, besides its result. */
final class RecordedOutputs {
    final List<Sent> sent = new ArrayList<>();
    final List<Sent> called = new ArrayList<>();
    final List<Object> infos = new ArrayList<>();
    final List<Later> timers = new ArrayList<>();
}
