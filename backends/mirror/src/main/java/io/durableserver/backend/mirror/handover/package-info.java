/**
 * One attempt to pass the authority on ({@link HandoverRun}), with the {@link Comparisons} and the search for
 * {@link UnmirroredWriters} that come before it.
 */
@NullMarked
package io.durableserver.backend.mirror.handover;

import org.jspecify.annotations.NullMarked;
