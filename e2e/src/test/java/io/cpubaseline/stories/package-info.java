/** What users see, told as stories against a real API server. */
@NullMarked
package io.cpubaseline.stories;

import org.jspecify.annotations.NullMarked;
