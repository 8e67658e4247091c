package io.durableserver.testkit.store;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A condition on source files: no large set of them need each other. Finds the strongly connected parts of what they use (Tarjan). */
final class FileKnots extends ArchCondition<JavaClass> {
    private final int most;
    private final Map<String, Set<String>> uses = new TreeMap<>();
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> low = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final Map<String, Set<String>> knots = new HashMap<>();

    FileKnots(int most) {
        super("not be one of more than " + most + " files that need each other");
        this.most = most;
    }

    @Override
    public void init(Collection<JavaClass> classes) {
        Set<String> known = classes.stream().map(FileKnots::file).collect(Collectors.toSet());
        for (JavaClass type : classes) {
            Set<String> used = uses.computeIfAbsent(file(type), f -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = file(dependency.getTargetClass());
                if (known.contains(target)) {
                    used.add(target);
                }
            }
        }
        uses.keySet().stream().filter(file -> !index.containsKey(file)).forEach(this::visit);
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        Set<String> knot = knots.getOrDefault(file(type), Set.of());
        if (type.isTopLevelClass()) {
            events.add(new SimpleConditionEvent(type, knot.size() <= most, file(type) + " is one of " + knot));
        }
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
                knots.put(last, knot);
            } while (!last.equals(file));
        }
    }
}
