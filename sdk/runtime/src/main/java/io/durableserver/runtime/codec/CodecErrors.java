package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.shape.UnreadableException;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes errors that name the type and the place, never the value (P9). Jackson's own messages quote values and input, so
 * they are neither copied nor attached as a cause; the one kind that speaks of classes only is copied.
 */
final class CodecErrors {
    private static final int MAX_PATH = 200;

    private CodecErrors() {}

    static ConfigurationException notEncodable(String message, String codec, Type type, Throwable cause) {
        Map<String, String> context = new LinkedHashMap<>();
        context.put("type", type.getTypeName());
        context.put("codec", codec);
        context.put("problem", cause.getClass().getSimpleName());
        if (cause instanceof JsonMappingException mapping) {
            String path = path(mapping);
            if (!path.isEmpty()) {
                context.put("path", path);
            }
        }
        if (cause instanceof InvalidDefinitionException definition) {
            context.put("detail", String.valueOf(definition.getOriginalMessage()));
        } else if (cause instanceof StackOverflowError || refusal(cause) instanceof StreamConstraintsException) {
            context.put("detail", "nested too deep: is there a cycle?");
        } else if (refusal(cause) instanceof UnreadableException refusal) {
            context.put("detail", String.valueOf(refusal.getMessage()));
        } else if (cause.getCause() != null) {
            context.put("causedBy", cause.getCause().getClass().getName());
        }
        return new ConfigurationException(ConfigurationException.Reason.NOT_ENCODABLE, message, context);
    }

    private static @Nullable Throwable refusal(Throwable cause) {
        return cause instanceof UnreadableException || cause instanceof StreamConstraintsException
                ? cause
                : cause.getCause();
    }

    /** Property names and a star for each element or map key: a map's keys are data. */
    private static String path(JsonMappingException mapping) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : mapping.getPath()) {
            boolean property = step.getFieldName() != null && !isMap(step.getFrom());
            path.append('.').append(property ? step.getFieldName() : "*");
        }
        return path.isEmpty() ? "" : cut(path.substring(1));
    }

    /** A path in an error; of a long one the beginning and the end. */
    private static String cut(String path) {
        return path.length() <= MAX_PATH
                ? path
                : path.substring(0, MAX_PATH / 2) + "…" + path.substring(path.length() - MAX_PATH / 2);
    }

    private static boolean isMap(Object from) {
        return from instanceof Map || (from instanceof Class<?> type && Map.class.isAssignableFrom(type));
    }
}
