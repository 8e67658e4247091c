/**
 * The life of an embedded node, which outlives its Ignite: {@code LifeSteps} decides, {@code Life} does it, {@code IgniteSeat} is the
 * place where one Ignite node follows another, {@code WhereToJoin} says where.
 */
@NullMarked
package io.durableserver.ignite.life;

import org.jspecify.annotations.NullMarked;
