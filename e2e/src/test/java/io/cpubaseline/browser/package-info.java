@NullMarked
package io.cpubaseline.browser;

import org.jspecify.annotations.NullMarked;
