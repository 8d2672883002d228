/** What the four services must do, on every store, over a real connection. */
@NullMarked
package dev.atoll.naming.service;

import org.jspecify.annotations.NullMarked;
