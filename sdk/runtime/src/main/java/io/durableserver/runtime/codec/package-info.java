/**
 * Owns how values become bytes: the JSON and CBOR codecs, the reply types of calls, and stored states as {@code load}
 * sees them. Knows no record format, no wire format and no server.
 */
@NullMarked
package io.durableserver.runtime.codec;

import org.jspecify.annotations.NullMarked;
