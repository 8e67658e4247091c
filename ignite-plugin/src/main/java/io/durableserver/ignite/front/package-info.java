/**
 * What applications hold: {@code PluginServers} and the references and operations from it lead to the runtime of the moment. Knows no
 * Ignite.
 */
@NullMarked
package io.durableserver.ignite.front;

import org.jspecify.annotations.NullMarked;
