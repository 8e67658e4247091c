package io.durableserver.spi;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How facts of one kind read: learned once from the record and its {@link RuntimeEvent.Told}. */
final class EventText {
    private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

    private static final ClassValue<EventText> KINDS = new ClassValue<>() {
        @Override
        protected EventText computeValue(Class<?> kind) {
            return new EventText(kind);
        }
    };

    private final RuntimeEvent.Severity severity;
    /** Literal text ({@link String}) and components ({@link Method}). */
    private final List<Object> parts = new ArrayList<>();

    private final Optional<Method> thrown;

    private EventText(Class<?> kind) {
        RuntimeEvent.Told told = Objects.requireNonNull(kind.getAnnotation(RuntimeEvent.Told.class), kind.getName());
        this.severity = told.severity();
        RecordComponent[] components = kind.getRecordComponents();
        Matcher names = NAME.matcher(told.text());
        int end = 0;
        while (names.find()) {
            parts.add(told.text().substring(end, names.start()));
            String name = names.group(1);
            parts.add(Arrays.stream(components)
                    .filter(one -> one.getName().equals(name))
                    .findAny()
                    .map(RecordComponent::getAccessor)
                    .orElseThrow(() -> new IllegalStateException(kind + " has no " + name)));
            end = names.end();
        }
        parts.add(told.text().substring(end));
        this.thrown = Arrays.stream(components)
                .filter(one -> one.getType() == Throwable.class)
                .findAny()
                .map(RecordComponent::getAccessor);
    }

    static EventText of(Class<?> kind) {
        return KINDS.get(kind);
    }

    RuntimeEvent.Severity severity() {
        return severity;
    }

    String text(RuntimeEvent event) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            text.append(part instanceof Method component ? readable(value(component, event)) : part);
        }
        return text.toString();
    }

    Optional<Throwable> thrown(RuntimeEvent event) {
        return thrown.map(component -> (Throwable) value(component, event));
    }

    private static Object readable(Object value) {
        return value instanceof Duration time ? time.toMillis() + " ms" : value;
    }

    private static Object value(Method component, RuntimeEvent event) {
        try {
            return component.invoke(event);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
