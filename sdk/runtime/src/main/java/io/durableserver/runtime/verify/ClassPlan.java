package io.durableserver.runtime.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The places inside values of one class that are worth a look: its fields, without those that hold proven values. */
final class ClassPlan {
    /** A field and its place. */
    record Inner(Fields.Part part, Place place) {}

    private final Inner[] inner;
    private volatile boolean settled;

    ClassPlan(Class<?> type) {
        List<Inner> found = new ArrayList<>();
        if (!Values.isWhole(type)) {
            for (Fields.Part part : Fields.of(type).parts()) {
                Place place = new Place(part.type());
                if (!place.isSettled()) {
                    found.add(new Inner(part, place));
                }
            }
        }
        inner = found.toArray(Inner[]::new);
        settled = inner.length == 0;
    }

    Inner[] inner() {
        return inner;
    }

    boolean isSettled() {
        return settled;
    }

    /** As {@link Place#settles}. */
    boolean settles(Set<ClassPlan> asked) {
        if (settled || !asked.add(this)) {
            return true;
        }
        boolean all = true;
        for (Inner one : inner) {
            all &= one.place().settles(asked);
        }
        return all;
    }

    /** Settles what can be settled. */
    void refresh() {
        boolean all = true;
        for (Inner one : inner) {
            one.place().refresh();
            all &= one.place().isSettled();
        }
        settled |= all;
    }
}
