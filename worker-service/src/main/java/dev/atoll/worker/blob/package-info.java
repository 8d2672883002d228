/** Immutable bytes by their SHA-256: kept on the disk, fetched when missing. */
@NullMarked
package dev.atoll.worker.blob;

import org.jspecify.annotations.NullMarked;
