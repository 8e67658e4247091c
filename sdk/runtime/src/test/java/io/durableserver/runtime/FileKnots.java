package io.durableserver.runtime;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds the source files of the runtime that need each other: the strongly connected parts of what they use (Tarjan). */
final class FileKnots {
    private final Map<String, Set<String>> uses = new TreeMap<>();
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> low = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<Set<String>> knots = new ArrayList<>();

    private FileKnots() {}

    /** Those of more files than this. */
    static List<Set<String>> of(JavaClasses classes, int most) {
        FileKnots all = new FileKnots();
        for (JavaClass type : classes) {
            String file = file(type);
            Set<String> used = all.uses.computeIfAbsent(file, f -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (target.getName().startsWith("io.durableserver.runtime.")
                        && !file(target).equals(file)) {
                    used.add(file(target));
                }
            }
        }
        all.uses.keySet().stream().filter(file -> !all.index.containsKey(file)).forEach(all::visit);
        return all.knots.stream().filter(knot -> knot.size() > most).toList();
    }

    private static String file(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private void visit(String file) {
        index.put(file, index.size());
        low.put(file, index.get(file));
        path.push(file);
        for (String used : uses.getOrDefault(file, Set.of())) {
            if (!index.containsKey(used)) {
                visit(used);
                low.merge(file, low.get(used), Math::min);
            } else if (path.contains(used)) {
                low.merge(file, index.get(used), Math::min);
            }
        }
        if (low.get(file).equals(index.get(file))) {
            Set<String> knot = new TreeSet<>();
            String last;
            do {
                last = path.pop();
                knot.add(last);
            } while (!last.equals(file));
            knots.add(knot);
        }
    }
}
