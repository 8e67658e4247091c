/**
 * Acquire, renew, release, take over, fence: epochs and version tokens. Does not know messages.
 *
 * <p>{@link AcquireSteps} is the protocol of a takeover and {@link Acquisition} its shell; {@link ConditionalWrite} is
 * the protocol of a write and {@link Store} its shell, over a {@link MeasuredBackend}. {@link NodeLease} keeps the lease of this session by
 * {@link LeaseClock}, {@link PastLeases} removes those of earlier ones, {@link OwnerCheck} proves that another owner is
 * gone. {@link Directory} and {@link StoreKeys} say where entries and records are.
 */
@NullMarked
package io.durableserver.runtime.ownership;

import org.jspecify.annotations.NullMarked;
