package io.durableserver.backend.mirror.control;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The control records as bytes, format 1: flat JSON objects. Members that a reader does not know it keeps when it
 * writes the record anew; a record with a member {@code needs} it leaves alone.
 *
 * <pre>{@code
 * {"format":1,"kind":"rollout","side":"source","phase":"shadow","revision":1,"nonce":"...","changedAt":1767225600000}
 * {"format":1,"kind":"rollout-handle","handle":"n1/i1/0","revision":4,"drained":false,"lost":0,"pending":2}
 * {"format":1,"kind":"rollout-backfill","cursor":"...","done":false,"pages":3,"seen":1500,"copied":1490,"equal":10,
 *  "ahead":0,"failed":0}
 * }</pre>
 */
public final class ControlFormat {
    private static final String ROLLOUT = "rollout";
    private static final String MARKER = "rollout-handle";
    private static final String BACKFILL = "rollout-backfill";

    private ControlFormat() {}

    public static byte[] encode(RolloutRecord rollout) {
        Map<String, Object> members = open(ROLLOUT);
        members.put("side", rollout.side().wireName());
        members.put("phase", rollout.phase().wireName());
        members.put("revision", rollout.revision());
        members.put("nonce", rollout.nonce());
        members.put("changedAt", rollout.changedAtMillis());
        return FlatJson.write(members, rollout.extra());
    }

    public static RolloutRecord rollout(String key, byte[] bytes) {
        Members members = members(key, ROLLOUT, bytes);
        String side = members.text("side");
        if (!side.equals(Side.SOURCE.wireName()) && !side.equals(Side.TARGET.wireName())) {
            throw unreadable(Reason.RECORD_CORRUPT, key, "side", side);
        }
        String phase = members.text("phase");
        return new RolloutRecord(
                side.equals(Side.SOURCE.wireName()) ? Side.SOURCE : Side.TARGET,
                Arrays.stream(Phase.values())
                        .filter(known -> known.wireName().equals(phase))
                        .findFirst()
                        .orElseThrow(() -> unreadable(Reason.RECORD_NEWER, key, "phase", phase)),
                members.number("revision"),
                members.text("nonce"),
                members.number("changedAt"),
                members.beside("side", "phase", "revision", "nonce", "changedAt"));
    }

    public static byte[] encode(MarkerRecord marker) {
        Map<String, Object> members = open(MARKER);
        members.put("handle", marker.handle());
        members.put("revision", marker.revision());
        members.put("drained", marker.drained());
        members.put("lost", marker.lost());
        members.put("pending", marker.pending());
        return FlatJson.write(members, marker.extra());
    }

    public static MarkerRecord marker(String key, byte[] bytes) {
        Members members = members(key, MARKER, bytes);
        return new MarkerRecord(
                members.text("handle"),
                members.number("revision"),
                members.bool("drained"),
                members.number("lost"),
                (int) members.number("pending"),
                members.beside("handle", "revision", "drained", "lost", "pending"));
    }

    public static byte[] encode(ProgressRecord record) {
        Map<String, Object> members = open(BACKFILL);
        record.cursor().ifPresent(cursor -> members.put("cursor", cursor));
        BackfillProgress progress = record.progress();
        members.put("done", progress.done());
        members.put("pages", progress.pages());
        members.put("seen", progress.seen());
        members.put("copied", progress.copied());
        members.put("equal", progress.equal());
        members.put("ahead", progress.ahead());
        members.put("failed", progress.failed());
        return FlatJson.write(members, record.extra());
    }

    public static ProgressRecord progress(String key, byte[] bytes) {
        Members members = members(key, BACKFILL, bytes);
        return new ProgressRecord(
                Optional.ofNullable(members.of.texts().get("cursor")),
                new BackfillProgress(
                        members.bool("done"),
                        members.number("pages"),
                        members.number("seen"),
                        members.number("copied"),
                        members.number("equal"),
                        members.number("ahead"),
                        members.number("failed")),
                members.beside("cursor", "done", "pages", "seen", "copied", "equal", "ahead", "failed"));
    }

    private static Map<String, Object> open(String kind) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("format", 1);
        members.put("kind", kind);
        return members;
    }

    private static Members members(String key, String kind, byte[] bytes) {
        FlatJson.Members read =
                FlatJson.read(bytes).orElseThrow(() -> unreadable(Reason.RECORD_FOREIGN, key, "kind", "none"));
        Members members = new Members(key, read);
        String found = String.valueOf(read.texts().get("kind"));
        if (!kind.equals(found)) {
            throw unreadable(Reason.RECORD_FOREIGN, key, "kind", found);
        }
        if (members.number("format") > 1) {
            throw unreadable(Reason.RECORD_NEWER, key, "format", members.text("format"));
        }
        if (read.written().containsKey("needs")) {
            throw unreadable(Reason.RECORD_NEWER, key, "needs", read.written().get("needs"));
        }
        return members;
    }

    private static NotAppliedException unreadable(Reason reason, String key, String member, String value) {
        return new NotAppliedException(
                reason, "A control record of the mirror cannot be read", Map.of("key", key, member, value));
    }

    private record Members(String key, FlatJson.Members of) {
        /** The members that are not known: neither these nor those of every record. */
        String beside(String... names) {
            Set<String> known = new HashSet<>(List.of(names));
            known.addAll(List.of("format", "kind"));
            return of.beside(known);
        }

        String text(String name) {
            String value = of.texts().get(name);
            if (value == null) {
                throw unreadable(Reason.RECORD_CORRUPT, key, name, "missing");
            }
            return value;
        }

        long number(String name) {
            String value = text(name);
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw unreadable(Reason.RECORD_CORRUPT, key, name, value);
            }
        }

        boolean bool(String name) {
            return Boolean.parseBoolean(text(name));
        }
    }
}
