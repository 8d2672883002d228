/**
 * What travels to the workers and runs there: functions, their codecs, and the program that calls
 * them. Knows nothing but the JDK, so that a program of this starts fast.
 */
@NullMarked
package dev.atoll.client.function;

import org.jspecify.annotations.NullMarked;
