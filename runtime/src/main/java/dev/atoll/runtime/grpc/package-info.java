/** Servers and channels, who may speak over them, and how errors travel. */
@NullMarked
package dev.atoll.runtime.grpc;

import org.jspecify.annotations.NullMarked;
