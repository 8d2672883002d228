/** What passes through the master between users and workers: outputs, attachments and blobs. */
@NullMarked
package dev.atoll.master.relay;

import org.jspecify.annotations.NullMarked;
