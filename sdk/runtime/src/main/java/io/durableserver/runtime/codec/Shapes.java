package io.durableserver.runtime.codec;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import java.lang.reflect.Type;

/** The examination of types before the first value. */
public final class Shapes {
    private Shapes() {}

    /**
     * Refuses a type whose values would not come back from this codec. Codecs of the application are not examined: only
     * the application knows what they can.
     *
     * @param what names the type in errors: state, message or reply
     * @throws ConfigurationException with {@code INVALID_TYPE}, the path to what cannot be read back, and what to do
     */
    public static void examine(Codec codec, Type type, String what) {
        if (codec instanceof JacksonCodec jackson) {
            jackson.examine(type, what);
        }
    }
}
