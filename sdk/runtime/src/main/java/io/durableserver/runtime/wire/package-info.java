/**
 * Owns the bytes between nodes: calls, casts, replies, control requests, directory entries and errors, in a hand-written
 * binary form. Knows no transport, no codec (payloads are bytes) and no server.
 */
@NullMarked
package io.durableserver.runtime.wire;

import org.jspecify.annotations.NullMarked;
