/** What operators look at and do by hand, and what they are given. */
@NullMarked
package io.durableserver.admin;

import org.jspecify.annotations.NullMarked;
