/**
 * What the master that leads relays from other workers: blobs, and the outputs of earlier stages.
 */
@NullMarked
package dev.atoll.worker.remote;

import org.jspecify.annotations.NullMarked;
