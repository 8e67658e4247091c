package io.durableserver.backend.mirror.copy;

import io.durableserver.spi.Version;
import org.jspecify.annotations.Nullable;

/**
 * A change of the authoritative record whose predecessor's counterpart in the mirror is known: it can be mirrored without
 * reading, as the next link of the chain, and proves itself.
 *
 * @param record what was written; null where the record was removed
 * @param authority the version it has there; for a removal, the version removed
 * @param counterpart the mirror's version of the record that was replaced or removed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Follow(byte @Nullable [] record, Version authority, Version counterpart) {}
