/**
 * Dirty state, the write in flight, and which outputs a finished write releases. Does not know formats or stores.
 *
 * <p>{@link SyncSteps} is the protocol and {@link Durability} its shell; {@link BackgroundSync} stores in time what
 * nothing else does. An {@link Output} is an effect of a turn that waits for its write; {@link Outputs} runs several.
 * A {@link GateWatch} gives the clock, and is told how long outputs waited.
 */
@NullMarked
package io.durableserver.runtime.sync;

import org.jspecify.annotations.NullMarked;
