/** What changes under a prefix, told to everybody in this process who wants to know. */
@NullMarked
package dev.atoll.naming.feed;

import org.jspecify.annotations.NullMarked;
