/** What is measured, and by hand: speed and memory, not behaviour. */
package io.cpubaseline.benchmarks;
