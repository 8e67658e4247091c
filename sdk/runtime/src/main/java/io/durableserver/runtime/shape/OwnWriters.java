package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.Converter;
import org.jspecify.annotations.Nullable;

/** Whether an annotation names a serializer or a converter of the application. */
public final class OwnWriters {
    private OwnWriters() {}

    /** Whether one is named for the value, its keys or its contents; null is no annotation. */
    public static boolean isNamedBy(@Nullable JsonSerialize named) {
        return named != null
                && (named.using() != JsonSerializer.None.class
                        || named.contentUsing() != JsonSerializer.None.class
                        || named.keyUsing() != JsonSerializer.None.class
                        || named.converter() != Converter.None.class
                        || named.contentConverter() != Converter.None.class);
    }
}
