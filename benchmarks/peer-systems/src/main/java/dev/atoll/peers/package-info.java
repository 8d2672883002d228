/** The peers of Atoll as contestants: of each a client, which starts the servers that it needs. */
@NullMarked
package dev.atoll.peers;

import org.jspecify.annotations.NullMarked;
