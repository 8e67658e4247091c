package io.durableserver.testkit;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds thread locals that user code leaves on the threads it is lent: turns of other servers that run on the same thread
 * later would see them, see the page on threads. Two ways, which may be combined:
 *
 * <ul>
 *   <li><b>Known ones</b>: name what must be empty after a turn with {@link #watch}, and ask {@link #here} at the end of a
 *       handler, or at the start of the next one, what is left. Works everywhere.
 *   <li><b>All of them</b>: {@link #onThreads} looks into the threads of this JVM whose names begin in some way, and finds
 *       the values of classes that begin in some way. Needs the JVM flag {@value #FLAG}; {@link #canSeeAll} says whether
 *       it is there. Virtual threads are not found this way.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class ThreadLocalLeaks {
    /** The JVM flag that lets {@link #onThreads} look into threads. */
    public static final String FLAG = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    /**
     * A value that was left behind.
     *
     * @param thread the name of the thread
     * @param what the name it is watched by, or the class of the value
     * @param value its text
     */
    public record Leak(String thread, String what, String value) {}

    private final Map<String, Supplier<?>> watched = new LinkedHashMap<>();

    /** Watches a thread local; it is empty while it has no value, or the one of its {@code initialValue}. */
    public synchronized ThreadLocalLeaks watch(String name, ThreadLocal<?> local) {
        return watch(name, local::get);
    }

    /** Watches ambient data that is read in another way, such as the map of a logging framework: empty while null. */
    public synchronized ThreadLocalLeaks watch(String name, Supplier<?> ambient) {
        watched.put(name, ambient);
        return this;
    }

    /** What this thread has that a fresh thread does not have; read it inside a handler to see what others left there. */
    public List<Leak> here() {
        Map<String, Supplier<?>> all;
        synchronized (this) {
            all = new LinkedHashMap<>(watched);
        }
        Map<String, @Nullable Object> fresh = onFreshThread(all);
        List<Leak> leaks = new ArrayList<>();
        all.forEach((name, ambient) -> {
            Object value = ambient.get();
            if (value != null && !value.equals(fresh.get(name))) {
                leaks.add(new Leak(Thread.currentThread().getName(), name, String.valueOf(value)));
            }
        });
        return leaks;
    }

    private static Map<String, @Nullable Object> onFreshThread(Map<String, Supplier<?>> all) {
        Map<String, @Nullable Object> fresh = new LinkedHashMap<>();
        Thread thread = new Thread(
                null, () -> all.forEach((name, ambient) -> fresh.put(name, ambient.get())), "fresh", 0, false);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return fresh;
    }

    /** Throws when this thread has something left. */
    public void assertNoneHere() {
        List<Leak> leaks = here();
        if (!leaks.isEmpty()) {
            throw new AssertionError("Thread locals were left behind: " + leaks);
        }
    }

    /** Whether this JVM runs with {@value #FLAG}. */
    public static boolean canSeeAll() {
        try {
            field(Thread.class, "threadLocals");
            return true;
        } catch (InaccessibleObjectException closed) {
            return false;
        }
    }

    /**
     * The values of thread locals on threads of this JVM.
     *
     * @param threadPrefix how the names of the threads begin, such as the name of a node
     * @param classPrefixes how the names of the values' classes begin; none for all classes
     * @throws IllegalStateException without {@value #FLAG}
     */
    public static List<Leak> onThreads(String threadPrefix, String... classPrefixes) {
        if (!canSeeAll()) {
            throw new IllegalStateException("Looking into threads needs the JVM flag " + FLAG);
        }
        Set<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(threadPrefix))
                .collect(Collectors.toSet());
        List<Leak> leaks = new ArrayList<>();
        for (Thread thread : threads) {
            for (Object value : values(thread)) {
                String type = value.getClass().getName();
                if (classPrefixes.length == 0 || List.of(classPrefixes).stream().anyMatch(type::startsWith)) {
                    leaks.add(new Leak(thread.getName(), type, String.valueOf(value)));
                }
            }
        }
        return leaks;
    }

    private static Set<Object> values(Thread thread) {
        Set<Object> values = Collections.newSetFromMap(new IdentityHashMap<>());
        Object map = get(field(Thread.class, "threadLocals"), thread);
        if (map != null) {
            Object[] table = (Object[]) Objects.requireNonNull(get(field(map.getClass(), "table"), map));
            for (Object entry : table) {
                Object value = entry == null ? null : get(field(entry.getClass(), "value"), entry);
                if (value != null) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException missing) {
            throw new IllegalStateException("This JVM keeps thread locals elsewhere", missing);
        }
    }

    private static @Nullable Object get(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
