/**
 * The copy of single records from the authority to the mirror: {@link CopySteps} decides, {@link Copier} performs,
 * {@link CopyQueue} has the keys that wait, {@link VersionPairs} remembers which versions hold the same record. The only room that
 * writes records to the mirror; does not know which store has the authority.
 */
@NullMarked
package io.durableserver.backend.mirror.copy;

import org.jspecify.annotations.NullMarked;
