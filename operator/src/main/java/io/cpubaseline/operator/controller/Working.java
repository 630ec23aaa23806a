package io.cpubaseline.operator.controller;

/** What works beside the framework's calls: from the moment that this process leads, until it doesn't any more. */
public interface Working extends AutoCloseable {

    /** This process leads from now on. Called once. */
    void start();

    /** Nothing new begins from now on. */
    @Override
    void close();
}
