/** What "{}" becomes: the items of tasks, from numbers or from tables in blobs. */
@NullMarked
package dev.atoll.worker.item;

import org.jspecify.annotations.NullMarked;
