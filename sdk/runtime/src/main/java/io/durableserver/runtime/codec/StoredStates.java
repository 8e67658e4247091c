package io.durableserver.runtime.codec;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.StoredState;
import java.lang.reflect.Type;
import java.util.Map;

/** Makes the view of stored bytes that {@code load} gets. */
public final class StoredStates {
    private StoredStates() {}

    /**
     * A stored state that decodes on demand.
     *
     * @param codec the codec that made the bytes
     * @param version the schema version they were dumped with
     * @param bytes the encoded state; not copied, so the caller must not change it afterwards
     */
    public static StoredState of(Codec codec, int version, byte[] bytes) {
        return new Encoded(codec, version, bytes);
    }

    private static final class Encoded implements StoredState {
        private final Codec codec;
        private final int version;
        private final byte[] bytes;

        Encoded(Codec codec, int version, byte[] bytes) {
            this.codec = codec;
            this.version = version;
            this.bytes = bytes;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public <T> T as(Class<T> type) {
            return type.cast(decode(type));
        }

        @Override
        @SuppressWarnings("unchecked") // A codec that reads data without a class has no other key than strings.
        public Map<String, Object> asMap() {
            return (Map<String, Object>) decode(Map.class);
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        private Object decode(Type type) {
            Object value = codec.decode(bytes, type);
            if (value == null) {
                throw new ConfigurationException(
                        ConfigurationException.Reason.NOT_ENCODABLE,
                        "The stored state is null",
                        Map.of("type", type.getTypeName(), "codec", codec.name()));
            }
            return value;
        }

        @Override
        public String toString() {
            return "StoredState[version=" + version + ", codec=" + codec.name() + ", bytes=" + bytes.length + "]";
        }
    }
}
