package io.durableserver.backend.mirror.handover;

import java.time.Duration;

/**
 * How long a handover waits, and for what.
 *
 * @param pollEvery how often each node reads the phase
 * @param secondLook how far two comparisons are apart
 * @param silence how long after a node was last heard of none of its writes can be acknowledged any more
 * @param pauseLimit how long a pause may last
 * @param fullCheckInPause whether all records are compared in the pause once more
 */
public record HandoverLimits(
        Duration pollEvery, Duration secondLook, Duration silence, Duration pauseLimit, boolean fullCheckInPause) {}
