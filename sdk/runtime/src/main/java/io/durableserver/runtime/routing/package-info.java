/**
 * Where a server is: location cache, not-here answers, the arbiter of starts. Does not know how placement decides.
 *
 * <p>{@link Routing} finds a server or has it started; {@link StartSearch} finds an {@link Arbiter}, which makes
 * concurrent starts one. {@link RecordedOwner} is the place by the record, when the directory cannot answer;
 * {@link Readiness} says which nodes are ready; {@link ControlPlane} carries requests between nodes.
 */
@NullMarked
package io.durableserver.runtime.routing;

import org.jspecify.annotations.NullMarked;
