/**
 * The start of an Ignite node: {@code EmbeddedConfiguration} is what Ignite is told, {@code StartErrors} what it answers,
 * {@code NodeFailure} what its critical failures do. Knows no durable servers.
 */
@NullMarked
package io.durableserver.ignite.start;

import org.jspecify.annotations.NullMarked;
