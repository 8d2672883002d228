/** The world around a master, written by hand: a naming service and workers that do as told. */
@NullMarked
package dev.atoll.master.testing;

import org.jspecify.annotations.NullMarked;
