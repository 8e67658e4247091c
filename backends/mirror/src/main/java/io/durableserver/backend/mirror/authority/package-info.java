/**
 * What a handle may do, and how the authority moves: {@link PhaseState} decides, {@link PhaseWatch} and {@link PhaseReader} keep it
 * up to date, {@link Admission} admits writes, {@link Opening} finds or begins the rollout, {@link AuthorityTransfer} passes the
 * authority on. Knows nothing of walks over all records.
 */
@NullMarked
package io.durableserver.backend.mirror.authority;

import org.jspecify.annotations.NullMarked;
