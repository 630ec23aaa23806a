package io.cpubaseline.report;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.cpubaseline.campaign.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * A window that opens by cron's five fields in a time zone, and stays open for some time: that is measured as it passes, whatever clocks on walls do
 * when summer time begins or ends.
 */
final class CronWindow implements Window {

    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime times;
    private final ZoneId zone;
    private final Duration duration;

    /**
     * @throws IllegalArgumentException if the schedule is none, with a message that says why
     */
    CronWindow(String schedule, ZoneId zone, Duration duration) {
        this.times = ExecutionTime.forCron(PARSER.parse(schedule).validate());
        this.zone = zone;
        this.duration = duration;
    }

    @Override
    public boolean open(Instant time) {
        // The last beginning before the next moment is now, or before now.
        return times.lastExecution(at(time).plusSeconds(1))
                .map(ZonedDateTime::toInstant)
                .filter(began -> time.isBefore(began.plus(duration)))
                .isPresent();
    }

    @Override
    public Optional<Instant> opens(Instant after) {
        return times.nextExecution(at(after)).map(ZonedDateTime::toInstant);
    }

    private ZonedDateTime at(Instant time) {
        return time.atZone(zone);
    }
}
