package io.cpubaseline.catalog;

import io.cpubaseline.cpu.AbiLevel;
import java.util.List;

/** The x86-64 level that a guest operating system needs to run. */
public record GuestNeeds(String guest, AbiLevel level) {

    /** The known ones, the least demanding first. */
    public static List<GuestNeeds> known() {
        return Csv.read("guests.csv").stream()
                .map(row -> new GuestNeeds(
                        row.getOrDefault("guest", ""),
                        AbiLevel.parse(row.getOrDefault("level", "")).orElseThrow()))
                .toList();
    }
}
