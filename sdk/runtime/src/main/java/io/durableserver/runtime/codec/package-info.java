/**
 * Owns how values become bytes: the JSON and CBOR codecs, the reply types of calls, and stored states as {@code load}
 * sees them. Knows no record format, no wire format and no server.
 *
 * <p>{@link JsonCodec} and {@link CborCodec} are the codecs, {@link CborStreams} keeps the generators and parsers of
 * the latter. {@link ReplyTypes} finds what a call returns. {@link BrokenText} and {@link BigNumbers} refuse what no
 * reader would take.
 */
@NullMarked
package io.durableserver.runtime.codec;

import org.jspecify.annotations.NullMarked;
