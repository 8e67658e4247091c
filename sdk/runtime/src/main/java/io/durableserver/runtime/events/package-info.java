/**
 * Where facts are told: to the log, once, and to whoever listens; and the hooks of the hot path. Knows what a fact is, not what it
 * is about. No other room writes a log line about a node.
 */
@NullMarked
package io.durableserver.runtime.events;

import org.jspecify.annotations.NullMarked;
