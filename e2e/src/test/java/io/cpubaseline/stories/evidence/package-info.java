/** What nodes say of themselves, and what becomes of it. */
@NullMarked
package io.cpubaseline.stories.evidence;

import org.jspecify.annotations.NullMarked;
