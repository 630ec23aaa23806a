/** What a verification has to visit, which migration is next, what is seen of a guest, and what the result is. */
@NullMarked
package io.cpubaseline.verification;

import org.jspecify.annotations.NullMarked;
