package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonFormat.Feature;
import com.fasterxml.jackson.annotation.JsonFormat.Shape;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code @JsonFormat} asks for. A pattern or a number in place of a text brings back the first value and loses the
 * nanoseconds, the zone or the era of a later one: so only what loses nothing of any value.
 */
final class Formats {
    private static final Set<Shape> SHAPES = Set.of(Shape.ANY, Shape.NATURAL, Shape.STRING);
    private static final Set<Feature> MAY_BE_ON = Set.of(
            Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
            Feature.WRITE_SORTED_MAP_ENTRIES,
            Feature.WRITE_DATES_WITH_ZONE_ID,
            Feature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE);
    private static final Set<Feature> MAY_BE_OFF = Set.of(
            Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
            Feature.WRITE_SORTED_MAP_ENTRIES,
            Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED,
            Feature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE);

    private Formats() {}

    static void refuseLossy(JsonFormat.@Nullable Value format, String path) {
        if (format == null) {
            return;
        }
        if (format.hasPattern() || format.hasTimeZone() || format.hasLocale()) {
            throw refused("a pattern, a time zone or a locale", path);
        }
        if (!SHAPES.contains(format.getShape())) {
            throw refused("the shape " + format.getShape(), path);
        }
        if (format.hasLenient() || format.hasNonDefaultRadix()) {
            throw refused("another way to read", path);
        }
        for (Feature feature : Feature.values()) {
            Boolean on = format.getFeature(feature);
            if (on != null && !(on ? MAY_BE_ON : MAY_BE_OFF).contains(feature)) {
                throw refused((on ? "with " : "without ") + feature, path);
            }
        }
    }

    private static Refused refused(String what, String path) {
        return new Refused(
                path,
                "@JsonFormat: " + what + " can lose a part of a later value. Leave it out: times are written as"
                        + " ISO text, whole; for another form name a serializer and a deserializer");
    }
}
