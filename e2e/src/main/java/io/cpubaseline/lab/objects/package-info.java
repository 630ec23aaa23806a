/** What an API server holds and has answered: objects, manifests of nodes, the audit log. */
@NullMarked
package io.cpubaseline.lab.objects;

import org.jspecify.annotations.NullMarked;
