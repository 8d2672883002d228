/** What a worker serves to its master and to other workers: blobs, outputs, attachments. */
@NullMarked
package dev.atoll.worker.serving;

import org.jspecify.annotations.NullMarked;
