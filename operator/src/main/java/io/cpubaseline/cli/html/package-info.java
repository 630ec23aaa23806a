/** Pages for a browser, as values: elements, text and a stylesheet, and the one place that writes and escapes them. */
@NullMarked
package io.cpubaseline.cli.html;

import org.jspecify.annotations.NullMarked;
