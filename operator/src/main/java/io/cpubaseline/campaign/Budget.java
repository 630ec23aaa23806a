package io.cpubaseline.campaign;

import io.cpubaseline.virtualmachine.Share;

/**
 * How many virtual machines may be unavailable at a time.
 *
 * @param maxUnavailable how many of the campaign's running ones
 * @param perNamespace whether it holds in each namespace for its own ones, instead of for all together
 * @param window when it holds
 */
public record Budget(Share maxUnavailable, boolean perNamespace, Window window) {

    /** One tenth, at any time. */
    public static final Budget DEFAULT = new Budget(new Share(10, true), false, Window.ALWAYS);
}
