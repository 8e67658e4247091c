package io.durableserver.runtime.codec;

import io.durableserver.NotAppliedException;
import io.durableserver.StoredState;
import org.jspecify.annotations.Nullable;

/** A stored state that remembers why it could not be read: the code of the application may catch it, or throw something else. */
public sealed interface CheckedState extends StoredState permits StrictState, OtherState {
    /** The last refusal, wherever it was caught; null when there was none. */
    @Nullable
    NotAppliedException refusal();
}
