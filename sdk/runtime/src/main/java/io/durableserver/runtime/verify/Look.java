package io.durableserver.runtime.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One look at a value: which classes stand in it where none of them stood before. */
final class Look {
    /** Values looked at in one look. What lies beyond is taken as known. */
    static final int MAX_VALUES = 100_000;

    /** How deep one look goes: as deep as values may nest. */
    static final int MAX_DEPTH = 1_000;

    private record New(Place place, Class<?> type, ClassPlan plan) {}

    private final Function<Class<?>, ClassPlan> plans;
    private int left = MAX_VALUES;
    private int depth;
    private @Nullable List<New> found;

    Look(Function<Class<?>, ClassPlan> plans) {
        this.plans = plans;
    }

    boolean foundSomething() {
        return found != null;
    }

    /** What was found is known from now on. */
    void learn() {
        if (found != null) {
            found.forEach(one -> one.place.add(one.type, one.plan));
        }
    }

    void at(Place place, @Nullable Object value) {
        if (value == null || place.isSettled() || --left < 0) {
            return;
        }
        Class<?> type = Values.classOf(value);
        ClassPlan plan = place.plan(type);
        if (plan == null) {
            if (into(place, value)) {
                return;
            }
            plan = plans.apply(type);
            if (!place.isFull()) {
                if (found == null) {
                    found = new ArrayList<>();
                }
                found.add(new New(place, type, plan));
            }
        }
        if (!plan.isSettled() && depth < MAX_DEPTH) {
            depth++;
            for (ClassPlan.Inner inner : plan.inner()) {
                if (!inner.place().isSettled()) {
                    at(inner.place(), inner.part().of(value));
                }
            }
            depth--;
        }
    }

    /** Looks into a container; false when it is none. */
    private boolean into(Place place, Object value) {
        if (value instanceof Collection<?> collection) {
            all(place.elements(), collection);
        } else if (value instanceof Map<?, ?> map) {
            all(place.keys(), map.keySet());
            all(place.elements(), map.values());
        } else if (value instanceof Optional<?> optional) {
            at(place.elements(), optional.orElse(null));
        } else if (value instanceof AtomicReference<?> reference) {
            at(place.elements(), reference.get());
        } else if (value instanceof Object[] array) {
            all(place.elements(), Arrays.asList(array));
        } else {
            return false;
        }
        return true;
    }

    private void all(Place place, Collection<?> values) {
        if (!place.isSettled() && depth < MAX_DEPTH) {
            depth++;
            for (Object value : values) {
                at(place, value);
            }
            depth--;
        }
    }
}
