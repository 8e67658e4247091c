/**
 * The words of a rollout, which are public: what it is about ({@link Side}, {@link Phase}, {@link RecordOrder}), what it is asked
 * for ({@link Pace}, {@link Repair}) and what it reports ({@link RolloutStatus}, {@link BackfillProgress},
 * {@link VerificationReport}, {@link Handover}). Knows nothing else of the mirror.
 */
@NullMarked
package io.durableserver.backend.mirror.rollout;

import org.jspecify.annotations.NullMarked;
