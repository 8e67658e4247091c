/**
 * Owns the bytes between nodes: calls, casts, replies, control requests, directory entries and errors, in a
 * hand-written binary form. Knows no transport, no codec (payloads are bytes) and no server.
 *
 * <p>{@link WireFormat} reads and writes a {@link Message} or a {@link Control} request; {@link DirectoryEntry} is what
 * the directory holds; {@link WireError} is an error on its way, and {@link Causes} finds what a stage failed with.
 */
@NullMarked
package io.durableserver.runtime.wire;

import org.jspecify.annotations.NullMarked;
