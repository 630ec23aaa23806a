package io.cpubaseline.catalog;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.GuestNeed;
import java.util.List;

/** Which guest operating systems need which x86-64 level. */
public final class GuestNeeds {

    private GuestNeeds() {}

    /** The known ones, the least demanding first. */
    public static List<GuestNeed> known() {
        return Csv.read("guests.csv").stream()
                .map(row -> new GuestNeed(
                        row.getOrDefault("guest", ""),
                        AbiLevel.parse(row.getOrDefault("level", "")).orElseThrow()))
                .toList();
    }
}
