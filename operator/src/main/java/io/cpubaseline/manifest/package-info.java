/** Text to trees that know their places: files, standard input, YAML and JSON, and errors that say where. */
@NullMarked
package io.cpubaseline.manifest;

import org.jspecify.annotations.NullMarked;
