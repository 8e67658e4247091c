package io.durableserver.runtime.codec;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.StoredState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stored state that is read strictly when it is read as a class: nothing of it may be lost without a word. Reading it as a
 * map or as bytes takes all of it, so there is nothing to refuse. Belongs to one thread.
 */
public final class StrictState implements CheckedState {
    private final StoredState lenient;
    private final StateReader reader;
    private final byte[] bytes;
    private final Set<String> optional;
    private final Map<String, String> context;
    private List<KeptMember> kept = List.of();
    private @Nullable NotAppliedException refusal;

    private StrictState(
            StoredState lenient, StateReader reader, byte[] bytes, Set<String> optional, Map<String, String> context) {
        this.lenient = lenient;
        this.reader = reader;
        this.bytes = bytes;
        this.optional = optional;
        this.context = context;
    }

    /**
     * A stored state that is read strictly.
     *
     * @param codec a codec with a {@link StateReader}
     * @param optional the paths of members the record says are optional
     * @param context what errors are about: key, type
     */
    public static StrictState of(
            Codec codec,
            StateReader reader,
            int version,
            byte[] bytes,
            Set<String> optional,
            Map<String, String> context) {
        return new StrictState(StoredStates.of(codec, version, bytes), reader, bytes, optional, context);
    }

    @Override
    public int version() {
        return lenient.version();
    }

    @Override
    public <T> T as(Class<T> type) {
        try {
            StateReader.Read read = reader.read(bytes, type, optional);
            if (read.value() == null) {
                return lenient.as(type);
            }
            kept = read.kept();
            return type.cast(read.value());
        } catch (StateReader.Misfit misfit) {
            throw refused(
                    "The stored state does not fit the class it is read as; raise the version of the type and migrate in load",
                    type,
                    Map.of("problem", misfit.problem, "path", misfit.path));
        } catch (ConfigurationException unreadable) {
            throw refused("The stored state is not a value of the class it is read as", type, unreadable.context());
        }
    }

    private NotAppliedException refused(String message, Class<?> type, Map<String, String> details) {
        Map<String, String> all = new LinkedHashMap<>(context);
        all.put("class", type.getName());
        for (String name : List.of("path", "problem", "detail", "causedBy")) {
            String value = details.get(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        refusal = new NotAppliedException(NotAppliedException.Reason.STATE_MISMATCH, message, all);
        return refusal;
    }

    @Override
    public Map<String, Object> asMap() {
        return lenient.asMap();
    }

    @Override
    public byte[] bytes() {
        return lenient.bytes();
    }

    /** The members to keep, as the last reading as a class left them. */
    public List<KeptMember> kept() {
        return kept;
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
