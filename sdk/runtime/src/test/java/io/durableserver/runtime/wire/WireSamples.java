package io.durableserver.runtime.wire;

import io.durableserver.Termination;
import io.durableserver.runtime.wire.Control.ActivateRequest;
import io.durableserver.runtime.wire.Control.Elsewhere;
import io.durableserver.runtime.wire.Control.Failed;
import io.durableserver.runtime.wire.Control.InterruptRequest;
import io.durableserver.runtime.wire.Control.Interrupted;
import io.durableserver.runtime.wire.Control.Serving;
import io.durableserver.runtime.wire.Control.ServingRequest;
import io.durableserver.runtime.wire.Control.StartRequest;
import io.durableserver.runtime.wire.Control.Started;
import io.durableserver.runtime.wire.Control.TerminateRequest;
import io.durableserver.runtime.wire.Control.Terminated;
import io.durableserver.runtime.wire.DirectoryEntry.Phase;
import io.durableserver.runtime.wire.Message.CallMessage;
import io.durableserver.runtime.wire.Message.CastMessage;
import io.durableserver.runtime.wire.Message.ErrorMessage;
import io.durableserver.runtime.wire.Message.NotHereMessage;
import io.durableserver.runtime.wire.Message.ReplyMessage;
import io.durableserver.runtime.wire.WireError.Category;
import io.durableserver.spi.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** One of everything that travels, by a name under which its bytes are pinned. */
@NullMarked
final class WireSamples {
    private static final byte[] PAYLOAD = {1, 2, (byte) 0xff};
    private static final Session SESSION = new Session("node-1", "5f1c");

    private WireSamples() {}

    static Map<String, Message> messages() {
        Map<String, Message> samples = new LinkedHashMap<>();
        samples.put(
                "call",
                new CallMessage(
                        300,
                        "user_123",
                        "counter",
                        "Increment",
                        PAYLOAD,
                        new Origin(
                                List.of("a", "zimmer/ä😀"),
                                5_000_000_000L,
                                new RequestTag("req-1", -2, 60_000_000_000L),
                                Map.of("traceparent", "00-ab", "b", ""))));
        samples.put(
                "call-bare",
                new CallMessage(0, "k", "t", "m", new byte[0], new Origin(List.of(), -1, RequestTag.NONE, Map.of())));
        samples.put("cast", new CastMessage("user_123", "counter", "Reset", PAYLOAD, Map.of("traceparent", "00-ab")));
        samples.put("reply", new ReplyMessage(Long.MAX_VALUE, PAYLOAD));
        samples.put("error", new ErrorMessage(7, error(Category.NOT_APPLIED, "MAILBOX_FULL")));
        samples.put("not-here", new NotHereMessage(127));
        return samples;
    }

    static Map<String, Control> controls() {
        Map<String, Control> samples = new LinkedHashMap<>();
        Origin origin = new Origin(List.of("p", "q/ä"), 1_000_000, RequestTag.NONE, Map.of("traceparent", "00-ab"));
        samples.put(
                "start-first",
                new StartRequest(new Start("k", "counter", new Start.Cause.First("json", 2, PAYLOAD), origin)));
        samples.put("start-explicit", new StartRequest(new Start("k", "counter", new Start.Cause.Explicit(), origin)));
        samples.put("start-revive", new StartRequest(new Start("k", "counter", new Start.Cause.Revive(), Origin.NONE)));
        samples.put(
                "activate-first",
                new ActivateRequest(new Start("k", "counter", new Start.Cause.First("json", 2, PAYLOAD), origin)));
        samples.put(
                "activate-explicit",
                new ActivateRequest(new Start("k", "counter", new Start.Cause.Explicit(), origin)));
        samples.put(
                "activate-revive",
                new ActivateRequest(new Start("k", "counter", new Start.Cause.Revive(), Origin.NONE)));
        for (Termination how : Termination.values()) {
            samples.put(
                    "terminate-" + how.name().toLowerCase(Locale.ROOT),
                    new TerminateRequest("k", how, new Origin(List.of("p"), 9, RequestTag.NONE, Map.of())));
        }
        samples.put("interrupt", new InterruptRequest("k"));
        samples.put("interrupted", new Interrupted(true));
        samples.put("serving-request", new ServingRequest("k"));
        samples.put("started", new Started(SESSION, 3, true));
        samples.put("elsewhere", new Elsewhere(SESSION));
        samples.put("terminated", new Terminated(true));
        samples.put("serving", new Serving(true));
        for (Category category : Category.values()) {
            samples.put("failed-" + category.name().toLowerCase(Locale.ROOT), new Failed(error(category, "CODE")));
        }
        return samples;
    }

    static Map<String, DirectoryEntry> entries() {
        Map<String, DirectoryEntry> samples = new LinkedHashMap<>();
        samples.put("entry-starting", new DirectoryEntry("counter", SESSION, 0, Phase.STARTING, true, Map.of()));
        samples.put(
                "entry-running",
                new DirectoryEntry("counter", SESSION, 300, Phase.RUNNING, false, Map.of("b", "2", "a", "ä")));
        samples.put("entry-later", later(3, 1, 0xff, 0x80, 1, 0));
        return samples;
    }

    /** The entry of a later release, cut off where it could have ended as well. */
    static List<DirectoryEntry> fewerParts() {
        return List.of(later(), later(3, 1, 0xff));
    }

    private static DirectoryEntry later(int... parts) {
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = (byte) parts[i];
        }
        return new DirectoryEntry("counter", SESSION, 300, Phase.RUNNING, false, Map.of(), bytes);
    }

    static Map<String, NodeState> states() {
        Map<String, NodeState> samples = new LinkedHashMap<>();
        samples.put("state-starting", NodeState.STARTING);
        samples.put("state-ready", NodeState.READY);
        samples.put("state-draining", NodeState.DRAINING);
        samples.put("state-broken", NodeState.broken("why"));
        samples.put("state-load", new NodeState(NodeState.Status.READY, Map.of("load", "7", "cpu", "0.5")));
        return samples;
    }

    private static WireError error(Category category, String code) {
        return new WireError(category, code, "Mailbox is full", Map.of("key", "k", "bound", "16"));
    }
}
