package io.durableserver.runtime.codec;

import io.durableserver.NotAppliedException;
import io.durableserver.StoredState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stored state that is read by a codec its type does not write with any more. What that codec cannot read was perhaps written by
 * another one of its name, and is refused as such. Belongs to one thread.
 */
public final class OtherState implements CheckedState {
    private final StoredState lenient;
    private final Map<String, String> context;
    private @Nullable NotAppliedException refusal;

    /**
     * A state to read.
     *
     * @param context what errors are about: key, type, codec
     */
    public OtherState(StoredState lenient, Map<String, String> context) {
        this.lenient = lenient;
        this.context = context;
    }

    @Override
    public int version() {
        return lenient.version();
    }

    @Override
    public <T> T as(Class<T> type) {
        return read(() -> lenient.as(type));
    }

    @Override
    public Map<String, Object> asMap() {
        return read(lenient::asMap);
    }

    private <T> T read(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (RuntimeException unreadable) {
            Map<String, String> all = new LinkedHashMap<>(context);
            // Of the codec's own text nothing: it may quote the state (P9).
            all.put("problem", unreadable.getClass().getName());
            refusal = new NotAppliedException(
                    NotAppliedException.Reason.STATE_MISMATCH,
                    "The stored state cannot be read by the codec that its record names",
                    all);
            throw refusal;
        }
    }

    @Override
    public byte[] bytes() {
        return lenient.bytes();
    }

    @Override
    public @Nullable NotAppliedException refusal() {
        return refusal;
    }

    @Override
    public String toString() {
        return lenient.toString();
    }
}
