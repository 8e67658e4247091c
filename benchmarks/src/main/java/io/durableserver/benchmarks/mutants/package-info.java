/** Planted faults, and who finds them: the measure of the unit tests and of the simulator. Does not know how either works. */
@NullMarked
package io.durableserver.benchmarks.mutants;

import org.jspecify.annotations.NullMarked;
