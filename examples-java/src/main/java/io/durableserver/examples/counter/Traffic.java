package io.durableserver.examples.counter;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Which keys get how much: one is hot and gets most of it, the others share the rest. */
final class Traffic {
    static final String HOT = "hot";
    private static final double HOT_SHARE = 0.7;

    private Traffic() {}

    /** The first {@code count} keys; the hot one is the first. */
    static List<String> keys(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i == 0 ? HOT : "key-" + i)
                .toList();
    }

    static String pick(List<String> keys, Random random) {
        return keys.size() == 1 || random.nextDouble() < HOT_SHARE
                ? keys.get(0)
                : keys.get(1 + random.nextInt(keys.size() - 1));
    }
}
