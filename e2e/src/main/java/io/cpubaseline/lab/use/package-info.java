/** What is done in a lab: the chart and the operator in it, migrations. */
@NullMarked
package io.cpubaseline.lab.use;

import org.jspecify.annotations.NullMarked;
