/**
 * The control records of a rollout in both stores: how they are read and written ({@link Control}, {@link ControlFormat}), where
 * the rollout stands by them ({@link Standing}), and the markers of open handles ({@link HandleMarker} this one's,
 * {@link HandleRegistry} all). Decides nothing.
 */
@NullMarked
package io.durableserver.backend.mirror.control;

import org.jspecify.annotations.NullMarked;
