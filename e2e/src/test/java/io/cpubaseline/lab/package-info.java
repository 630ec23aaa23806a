@NullMarked
package io.cpubaseline.lab;

import org.jspecify.annotations.NullMarked;
