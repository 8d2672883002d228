/** Just enough JSON: what the command line prints, and what people feed it with. */
@NullMarked
package dev.atoll.client.json;

import org.jspecify.annotations.NullMarked;
