package io.durableserver.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * Draws the source of a class with declarations, and with one static field for each shape: its type is the shape. Knows of
 * each shape whether values of it can come back.
 */
final class Grammar {
    /** A type as it is written, whether its values can come back, and whether there is a queue or an array in it. */
    record Shape(String source, boolean good, boolean queue) {
        Shape(String source, boolean good) {
            this(source, good, false);
        }

        Shape with(String text) {
            return new Shape(text, good, queue);
        }
    }

    private record Declared(String name, int parameters, boolean good, boolean queue) {}

    private static final List<String> SCALARS = List.of(
            "int",
            "long",
            "double",
            "float",
            "boolean",
            "char",
            "byte",
            "short",
            "Integer",
            "Long",
            "Double",
            "Float",
            "Boolean",
            "Character",
            "Byte",
            "Short",
            "String",
            "String",
            "String",
            "java.math.BigDecimal",
            "java.math.BigInteger",
            "java.util.UUID",
            "java.net.URI",
            "java.util.Locale",
            "java.util.Currency",
            "java.time.Instant",
            "java.time.Duration",
            "java.time.LocalDate",
            "java.time.LocalDateTime",
            "java.time.ZonedDateTime",
            "java.time.OffsetDateTime",
            "java.time.Period",
            "java.time.YearMonth",
            "java.time.ZoneId",
            "java.time.DayOfWeek",
            "java.util.OptionalInt",
            "java.util.OptionalLong",
            "java.util.OptionalDouble",
            "java.util.concurrent.atomic.AtomicLong",
            "byte[]",
            "java.util.Date");

    private static final List<String> KEYS = List.of(
            "String",
            "String",
            "Integer",
            "Long",
            "java.util.UUID",
            "java.time.LocalDate",
            "java.time.Instant",
            "Color",
            "java.math.BigDecimal",
            "Character",
            "Double");

    private static final List<String> NEVER = List.of(
            "Object",
            "List",
            "List<?>",
            "Number",
            "Runnable",
            "Thread",
            "Exception",
            "Iterator<String>",
            "CharSequence",
            "Open",
            "Half",
            "Lossy",
            "Private",
            "BitSet",
            "Map<Point, String>",
            "java.io.Serializable",
            "Comparable<String>",
            "java.util.function.Function<String, String>",
            "Map<String, Object>",
            "Clash",
            "Patterned",
            "Initial",
            "Deduced",
            "Ordered",
            "java.util.stream.Stream<String>");

    private static final String PRELUDE = """
            import com.fasterxml.jackson.annotation.*;
            import java.util.*;

            public final class %s {
              public enum Color { RED, GREEN { @Override public String toString() { return "verde"; } }, BLUE }
              public record Point(int x, int y) {}
              public interface Open {}
              public static abstract class Half { public int a; }
              public static final class Lossy { public int a; private int b; }
              public static final class Private { private final int a; @JsonCreator Private(@JsonProperty("a") int a) { this.a = a; } }
              public sealed interface Clash {}
              public record Patterned(@JsonFormat(pattern = "uuuu-MM-dd") java.time.LocalDate day) {}
              public static final class Initial { @JsonInclude(JsonInclude.Include.NON_NULL) public String a = "a"; }
              @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION) public sealed interface Deduced {}
              public record D1(int a) implements Deduced {}
              @JsonFormat(shape = JsonFormat.Shape.ARRAY) public record Ordered(int a, int b) {}
              public static final class C1 { public record Same(int a) implements Clash {} }
              public static final class C2 { public record Same(int b) implements Clash {} }
            """;

    /** Times are text anyway; other scalars become text, and what is no scalar stays. */
    private static final String AS_TEXT = "@JsonFormat(shape = JsonFormat.Shape.STRING) ";

    private final Random random;
    private final StringBuilder source = new StringBuilder();
    private final List<Declared> declared = new ArrayList<>();
    private final double bad;

    /** @param bad how often a part is one that cannot come back */
    Grammar(String name, Random random, double bad) {
        this.random = random;
        this.bad = bad;
        source.append(PRELUDE.formatted(name));
        declared.add(new Declared("Point", 0, true, false));
        declared.add(new Declared("Color", 0, true, false));
    }

    /** Draws one more declaration. */
    void declare() {
        String name = "T" + declared.size();
        switch (random.nextInt(7)) {
            case 0, 1 ->
                declare(name, 0, line("  " + inclusion() + "public record %s(%s) {}", name, parts(name, List.of())));
            case 5 -> {
                Shape value = draw(2, List.of());
                boolean good = value.good && !isOptional(value.source);
                String text = "  public record %1$s(@JsonValue %2$s value) {"
                        + " @JsonCreator(mode = JsonCreator.Mode.DELEGATING) public %1$s {} }";
                declare(name, 0, new Shape(text.formatted(name, value.source), good, value.queue));
            }
            case 2 -> {
                Shape parts = parts(name, List.of("A"));
                declare(name, 1, parts.with("  public record %s<A>(A first, %s) {}".formatted(name, parts.source)));
            }
            case 3 -> declare(name, 0, sealed(name, List.of()));
            case 4 -> declare(name, 2, sealed(name, List.of("A", "B")));
            default -> declare(name, 0, bean(name));
        }
    }

    /** Draws a shape, as a field of this name. */
    Shape shape(String field) {
        Shape shape = draw(3, List.of());
        source.append("  public static ")
                .append(boxed(shape.source))
                .append(' ')
                .append(field)
                .append(";\n");
        return shape;
    }

    String source() {
        return source + "}\n";
    }

    private void declare(String name, int parameters, Shape text) {
        source.append(text.source).append('\n');
        declared.add(new Declared(name, parameters, text.good, text.queue));
    }

    private static Shape line(String format, String name, Shape parts) {
        return parts.with(format.formatted(name, parts.source));
    }

    /** Components of a record, which may contain the record again. */
    private Shape parts(String self, List<String> variables) {
        StringJoiner parts = new StringJoiner(", ");
        boolean good = true;
        boolean queue = false;
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Shape part = draw(2, variables);
            good &= part.good;
            queue |= part.queue;
            parts.add((random.nextInt(8) == 0 ? AS_TEXT : "") + part.source + " p" + i);
        }
        if (random.nextInt(4) == 0) {
            String again = variables.isEmpty() ? self : self + "<" + String.join(", ", variables) + ">";
            parts.add(random.nextBoolean() ? again + " again" : "List<" + again + "> again");
        }
        return new Shape(parts.toString(), good, queue);
    }

    /** Nulls that are left out come back as nulls. */
    private String inclusion() {
        return random.nextInt(4) == 0 ? "@JsonInclude(JsonInclude.Include.NON_NULL) " : "";
    }

    private Shape sealed(String name, List<String> variables) {
        String arguments = variables.isEmpty() ? "" : "<" + String.join(", ", variables) + ">";
        StringBuilder text = new StringBuilder("  public sealed interface " + name + arguments + " {}\n");
        boolean good = true;
        boolean queue = false;
        int leaves = 1 + random.nextInt(3);
        for (int i = 0; i < leaves; i++) {
            String leaf = name + "L" + i;
            if (variables.isEmpty() && random.nextInt(5) == 0) {
                text.append("  public enum %s implements %s { ON, OFF { } }\n".formatted(leaf, name));
            } else if (variables.isEmpty() && random.nextInt(5) == 0) {
                text.append("  public sealed interface %s extends %s {}\n".formatted(leaf, name));
                text.append("  public record %sX(int deep) implements %s {}\n".formatted(leaf, leaf));
            } else {
                Shape parts = parts(name, variables);
                String used = variables.stream().map(v -> ", " + v + " of" + v).collect(Collectors.joining());
                good &= parts.good;
                queue |= parts.queue;
                text.append("  public record %s%s(%s%s) implements %s%s {}\n"
                        .formatted(leaf, arguments, parts.source, used, name, arguments));
            }
        }
        return new Shape(text.toString(), good, queue);
    }

    private Shape bean(String name) {
        Shape one = draw(2, List.of());
        Shape two = draw(1, List.of());
        String form = switch (random.nextInt(3)) {
            case 0 -> "public %2$s one; public %3$s two; public transient int scratch;";
            case 1 ->
                "private %2$s one; private %3$s two; public %2$s getOne() { return one; }"
                        + " public void setOne(%2$s one) { this.one = one; } public %3$s getTwo() { return two; }"
                        + " public void setTwo(%3$s two) { this.two = two; }"
                        + " public String getDerived() { return \"\" + one; }";
            default ->
                "private final %2$s one; private final %3$s two;"
                        + " public %1$s(%2$s one, %3$s two) { this.one = one; this.two = two; }"
                        + " public %2$s getOne() { return one; } public %3$s getTwo() { return two; }";
        };
        String body = form.formatted(name, one.source, two.source);
        return new Shape(
                "  " + inclusion() + "public static final class " + name + " { " + body + " }",
                one.good && two.good,
                one.queue || two.queue);
    }

    private Shape draw(int depth, List<String> variables) {
        if (random.nextDouble() < bad) {
            return new Shape(pick(NEVER), false);
        }
        if (!variables.isEmpty() && random.nextInt(4) == 0) {
            return new Shape(pick(variables), true);
        }
        if (depth == 0 || random.nextInt(3) == 0) {
            String scalar = pick(SCALARS);
            return new Shape(scalar, true, scalar.endsWith("[]"));
        }
        return switch (random.nextInt(9)) {
            case 0, 1 -> around("List<%s>", depth, variables);
            case 2 -> around(random.nextBoolean() ? "Set<%s>" : "Deque<%s>", depth, variables);
            case 3 -> around("Map<" + pick(KEYS) + ", %s>", depth, variables);
            case 4 -> around("Optional<%s>", depth, variables);
            case 5 -> around("%s[]", depth, variables);
            case 6 ->
                random.nextBoolean()
                        ? new Shape("EnumSet<Color>", true)
                        : around("EnumMap<Color, %s>", depth, variables);
            default -> use(pick(declared), depth, variables);
        };
    }

    private Shape around(String format, int depth, List<String> variables) {
        Shape inner = draw(depth - 1, variables);
        if (format.startsWith("Optional") && isOptional(inner.source)) {
            return new Shape(format.formatted(inner.source), false);
        }
        // Arrays of generic types cannot be made.
        boolean array = format.endsWith("[]") && (inner.source.contains("<") || variables.contains(inner.source));
        boolean good = inner.good && !(format.startsWith("Set") && inner.queue);
        boolean queue = inner.queue || format.startsWith("Deque") || (format.endsWith("[]") && !array);
        return new Shape((array ? "List<%s>" : format).formatted(boxed(inner.source)), good, queue);
    }

    private Shape use(Declared type, int depth, List<String> variables) {
        StringJoiner arguments = new StringJoiner(", ", "<", ">");
        boolean good = type.good;
        for (int i = 0; i < type.parameters; i++) {
            Shape drawn = draw(depth - 1, variables);
            // Where the variable stands in a set, a queue may not.
            Shape argument = drawn.queue ? new Shape("String", true) : drawn;
            good &= argument.good;
            // Where the variable stands in an optional, an optional may not.
            arguments.add(isOptional(argument.source) ? "List<" + argument.source + ">" : boxed(argument.source));
        }
        return new Shape(type.parameters == 0 ? type.name : type.name + arguments, good, type.queue);
    }

    private static boolean isOptional(String type) {
        return !type.endsWith("[]") && (type.startsWith("Optional<") || type.startsWith("java.util.Optional"));
    }

    private static String boxed(String type) {
        return switch (type) {
            case "int" -> "Integer";
            case "char" -> "Character";
            case "long", "double", "float", "boolean", "byte", "short" ->
                type.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + type.substring(1);
            default -> type;
        };
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
