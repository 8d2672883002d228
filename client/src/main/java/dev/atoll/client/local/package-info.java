/** The cluster that runs on this machine: who is in it, and how it is reached. */
@NullMarked
package dev.atoll.client.local;

import org.jspecify.annotations.NullMarked;
