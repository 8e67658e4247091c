/**
 * Durable servers in Apache Ignite: {@code DurableIgnite} is a node inside an application, {@code DurableServerPluginProvider} adds them to
 * an Ignite node of the application's own. What users name, and nothing else; all work is done in the rooms below. Knows no store.
 */
@NullMarked
package io.durableserver.ignite;

import org.jspecify.annotations.NullMarked;
