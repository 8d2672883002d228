/** The sessions of workers: who is linked, what they tell, and the orders that go down to them. */
@NullMarked
package dev.atoll.master.session;

import org.jspecify.annotations.NullMarked;
