/** Streams that may block: a virtual thread each, with back-pressure, ended by either side. */
@NullMarked
package dev.atoll.master.stream;

import org.jspecify.annotations.NullMarked;
