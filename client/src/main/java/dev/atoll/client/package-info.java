/** The Java SDK: submits jobs, watches them and reads their results. */
@NullMarked
package dev.atoll.client;

import org.jspecify.annotations.NullMarked;
