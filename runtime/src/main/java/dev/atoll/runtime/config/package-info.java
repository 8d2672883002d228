/** One record of settings per program, read from file, environment and flags. */
@NullMarked
package dev.atoll.runtime.config;

import org.jspecify.annotations.NullMarked;
