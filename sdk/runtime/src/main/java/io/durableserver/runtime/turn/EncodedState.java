package io.durableserver.runtime.turn;

import java.util.List;

/**
 * A state as a record has it.
 *
 * @param version the schema version it was dumped with
 * @param codec the name of its codec
 * @param bytes not copied, and not to be changed
 * @param optional the paths of the members that the record says are optional
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record EncodedState(int version, String codec, byte[] bytes, List<String> optional) {
    public EncodedState {
        optional = List.copyOf(optional);
    }
}
