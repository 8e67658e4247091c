/**
 * The work directory of a node: whether Ignite can start on it, what is wrong with its disk, and the small files this library keeps
 * there. {@code WorkDirectory}, {@code DiskTrouble}, {@code StateFile}, {@code SetAside}. Knows no cluster.
 */
@NullMarked
package io.durableserver.ignite.disk;

import org.jspecify.annotations.NullMarked;
