package io.durableserver.runtime.type;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.WireName;
import io.durableserver.runtime.codec.ReplyTypes;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a server type handles, and in which order its instances keep their handlers. Learned once per type, so
 * that an instance needs an array only. Messages off the wire are looked up here by name: no name ever loads a class
 * (P9).
 */
public final class HandlerTable {
    private static final int MAX_WIRE_NAME = 128;

    private final String type;
    private final List<Slot> slots;
    private final Map<Class<?>, Slot> sent = new HashMap<>();
    private final Map<Class<?>, Slot> infos = new HashMap<>();
    private final Map<Class<?>, Slot> continuations = new HashMap<>();
    private final Map<String, Slot> byWireName = new HashMap<>();
    private @Nullable Slot timeout;

    private HandlerTable(String type, List<Slot> slots) {
        this.type = type;
        this.slots = slots;
        for (Slot slot : slots) {
            switch (slot.kind()) {
                case CALL, QUERY, DEFERRED, CAST -> {
                    once(sent.put(slot.message(), slot), slot);
                    once(byWireName.put(slot.wireName(), slot), slot);
                }
                case INFO -> once(infos.put(slot.message(), slot), slot);
                case CONTINUATION -> once(continuations.put(slot.message(), slot), slot);
                case TIMEOUT -> {
                    once(timeout, slot);
                    timeout = slot;
                }
            }
        }
    }

    private void once(@Nullable Slot before, Slot slot) {
        if (before != null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE,
                    "A message is registered twice, or two share a wire name",
                    Map.of("type", type, "message", slot.wireName(), "kind", slot.kind()));
        }
    }

    public static HandlerTable of(String type, HandlerCollector<?> collector) {
        List<Slot> slots = new ArrayList<>();
        for (HandlerCollector.Entry entry : collector.entries()) {
            Slot.Kind kind = entry.kind();
            Type reply = kind.isCall() ? ReplyTypes.of(entry.message().asSubclass(Call.class)) : Void.class;
            slots.add(new Slot(
                    slots.size(), kind, entry.message(), wireName(type, entry.message()), reply, entry.staysOpen()));
        }
        return new HandlerTable(type, List.copyOf(slots));
    }

    private static String wireName(String type, Class<?> message) {
        WireName name = message.getAnnotation(WireName.class);
        String text = name == null ? message.getName() : name.value();
        if (text.isEmpty() || text.length() > MAX_WIRE_NAME) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE,
                    "The wire name of a message is out of bounds",
                    Map.of("type", type, "message", message.getName(), "bound", "1 to 128 characters"));
        }
        return text;
    }

    /**
     * Checks that each message has a handler.
     *
     * @throws ConfigurationException {@code INVALID_TYPE}, which names those without one
     */
    public void covers(Class<?> protocol) {
        List<String> missing = Permitted.messages(protocol).stream()
                .filter(message -> sent(message) == null && info(message) == null && continuation(message) == null)
                .map(Class::getName)
                .toList();
        if (!missing.isEmpty()) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE,
                    "Messages of the type have no handler",
                    Map.of("type", type, "messages", protocol.getName(), "missing", String.join(", ", missing)));
        }
    }

    /** What the type handles, in the order of its registrations. */
    public List<Slot> slots() {
        return slots;
    }

    /** Whether an instance registered the same messages in the same order. */
    public boolean matches(List<HandlerCollector.Entry> entries) {
        if (entries.size() != slots.size()) {
            return false;
        }
        for (Slot slot : slots) {
            HandlerCollector.Entry entry = entries.get(slot.index());
            if (entry.kind() != slot.kind()
                    || entry.message() != slot.message()
                    || entry.staysOpen() != slot.staysOpen()) {
                return false;
            }
        }
        return true;
    }

    /** Whether turns of the type may stay open. */
    public boolean hasOpenTurns() {
        return slots.stream().anyMatch(Slot::staysOpen);
    }

    /** The slot of a call or cast by class; null when the type does not handle it. */
    public @Nullable Slot sent(Class<?> message) {
        return sent.get(message);
    }

    /** The slot of a call or cast by wire name; null when the type does not handle it. */
    public @Nullable Slot named(String wireName) {
        return byWireName.get(wireName);
    }

    public @Nullable Slot info(Class<?> message) {
        return infos.get(message);
    }

    public @Nullable Slot continuation(Class<?> message) {
        return continuations.get(message);
    }

    public @Nullable Slot timeout() {
        return timeout;
    }

    /** The slot of the same message in this table: a message may have been sent under another version of the type. */
    @SuppressWarnings(
            "ReferenceEquality") // the same table has the same slots; once per turn, so no comparison in depth
    public @Nullable Slot here(Slot slot) {
        if (slot.index() < slots.size() && slots.get(slot.index()) == slot) {
            return slot;
        }
        return switch (slot.kind()) {
            case CALL, QUERY, DEFERRED, CAST -> {
                Slot same = sent.get(slot.message());
                yield same != null && same.isCall() == slot.isCall() ? same : null;
            }
            case INFO -> infos.get(slot.message());
            case CONTINUATION -> continuations.get(slot.message());
            case TIMEOUT -> timeout;
        };
    }
}
