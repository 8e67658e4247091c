package io.durableserver.s3test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Every kind of lie there is for one request, one after the other, so that none is met by luck only: each status with each
 * body, in place of the answer and after the effect; each thing an answer carries missing, changed and cut; repeated, late,
 * broken off. {@link RandomLies} mixes them.
 */
public final class EveryLie {
    /**
     * One lie.
     *
     * @param name for whoever reads that it was believed
     */
    public record Named(String name, Lie lie) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String FOREIGN_TAG = "\"0123456789abcdef0123456789abcdef\"";
    private static final Duration MOMENT = Duration.ofMillis(20);
    /** What names of errors say nothing when somebody else says them. */
    private static final List<String> PAGES = List.of("", MadeUp.BODIES.get(2));

    private EveryLie() {}

    /** The lies for a request of this operation. */
    public static List<Named> of(Operation operation) {
        List<Named> all = new ArrayList<>();
        boolean writes = operation == Operation.PUT || operation == Operation.DELETE;
        MadeUp.STATUSES.forEach(status -> PAGES.forEach(body -> instead(all, status, body, writes)));
        MadeUp.TELLING.forEach(status -> MadeUp.BODIES.stream()
                .filter(body -> !PAGES.contains(body))
                .forEach(body -> instead(all, status, body, writes)));
        MadeUp.TELLING.forEach(status -> all.add(new Named(
                status + " with an ETag",
                new Lie.Instead(MadeUp.answer(status, "").with("ETag", FOREIGN_TAG)))));
        all.add(new Named("twice", new Lie.Twice()));
        all.add(new Named("cut", new Lie.Cut()));
        all.add(new Named("dropped", new Lie.Drop()));
        if (writes) {
            all.add(new Named("504, and late", new Lie.Late(MadeUp.answer(504, ""), MOMENT)));
            all.add(new Named("499, and late", new Lie.Late(MadeUp.answer(499, ""), MOMENT)));
        }
        changes().forEach((name, change) -> all.add(new Named(name, new Lie.Changed(change))));
        for (int status : MadeUp.STATUSES) {
            // Another status with the store's own document would be the store's word.
            all.add(new Named(
                    "its status is " + status,
                    new Lie.Changed(answer ->
                            (answer.status() < 300 ? answer : answer.withBody(new byte[0])).withStatus(status))));
        }
        return all;
    }

    private static void instead(List<Named> all, int status, String body, boolean writes) {
        String name = status + " '" + body + "'";
        all.add(new Named(name, new Lie.Instead(MadeUp.answer(status, body))));
        if (writes) {
            all.add(new Named(name + " after the effect", new Lie.After(MadeUp.answer(status, body))));
        }
    }

    private static Map<String, UnaryOperator<Answer>> changes() {
        return Map.of(
                "no ETag", answer -> answer.without("ETag"),
                "an empty ETag", answer -> answer.with("ETag", "\"\""),
                "another ETag", answer -> answer.with("ETag", FOREIGN_TAG),
                "another kind of ETag", answer -> answer.with("ETag", "\"abc\""),
                "no Content-Encoding", answer -> answer.without("Content-Encoding"),
                "a Content-Encoding", answer -> answer.with("Content-Encoding", "gzip"),
                "no body", answer -> answer.withBody(new byte[0]),
                "half the body", body(bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
                "the body twice", body(bytes -> (text(bytes) + text(bytes)).getBytes(StandardCharsets.UTF_8)),
                "another body", body(bytes -> "{\"count\":7}\n".getBytes(StandardCharsets.UTF_8)));
    }

    private static UnaryOperator<Answer> body(Function<byte[], byte[]> change) {
        return answer -> answer.withBody(change.apply(answer.body()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
