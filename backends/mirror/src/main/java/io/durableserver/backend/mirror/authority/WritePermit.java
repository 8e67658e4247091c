package io.durableserver.backend.mirror.authority;

import io.durableserver.backend.mirror.rollout.Side;

/**
 * A permission to use one store as the authority, for one request.
 *
 * @param authority the store
 * @param generation which of the handle's spans of authority it belongs to
 * @param mirrors whether writes are mirrored
 */
public record WritePermit(Side authority, long generation, boolean mirrors) {}
