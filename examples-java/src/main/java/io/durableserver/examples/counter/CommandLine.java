package io.durableserver.examples.counter;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Options of the form {@code --name value}, each at most once. */
final class CommandLine {
    private final Map<String, String> values;

    private CommandLine(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    static CommandLine parse(String[] args, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!known.contains(name)) {
                throw new UsageException("unknown option " + args[i] + ", expected one of " + new TreeSet<>(known));
            }
            if (i + 1 == args.length) {
                throw new UsageException(args[i] + " needs a value");
            }
            if (values.put(name, args[i + 1]) != null) {
                throw new UsageException(args[i] + " is given twice");
            }
        }
        return new CommandLine(values);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String required(String name) {
        return text(name).orElseThrow(() -> new UsageException("--" + name + " is required"));
    }

    /** A whole number within bounds, both included. */
    int number(String name, int unlessGiven, int low, int high) {
        Optional<String> text = text(name);
        return text.isPresent() ? number("--" + name, text.orElseThrow(), low, high) : unlessGiven;
    }

    static int number(String name, String text, int low, int high) {
        try {
            int value = Integer.parseInt(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, together with the bounds.
        }
        throw new UsageException(name + " is " + text + ", expected " + low + " to " + high);
    }
}
