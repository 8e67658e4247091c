/**
 * Dirty state, the write in flight, and which outputs a finished write releases. Does not know formats or stores.
 *
 * <p>{@link SyncSteps} is the protocol and {@link Durability} its shell; {@link BackgroundSync} stores in time what
 * nothing else does.
 */
@NullMarked
package io.durableserver.runtime.sync;

import org.jspecify.annotations.NullMarked;
