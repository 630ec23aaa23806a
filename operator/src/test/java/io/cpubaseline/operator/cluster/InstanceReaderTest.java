package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.virtualmachine.Trait;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an instance is in the midst of; the rest of it is read in VirtualMachineReaderTest. */
class InstanceReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'status':{'conditions':[{'type':'Ready','status':'True'}]}} | READY",
                "{'status':{'conditions':[{'type':'Ready','status':'False'}]}} | ",
                "{'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'Paused','status':'True'}]}} | READY PAUSED",
                "{'status':{'conditions':[{'type':'VolumesChange','status':'True'}]}} | VOLUMES_CHANGING",
                "{'status':{'activePods':{'a':'n1'}}} | ",
                "{'status':{'activePods':{'a':'n1','b':''}}} | MIGRATING",
                "{'status':{'migrationState':{'startTimestamp':'2026-11-01T00:00:00Z'}}} | MIGRATING",
                "{'status':{'migrationState':{'completed':true}}} | ",
                "{'status':{'migrationState':{'completed':true,'failed':true}}} | ",
                "{'status':{'migrationState':{'failed':true}}} | ",
                "{'status':{'migrationState':null}} | ",
                "{'status':{'changedBlockTracking':{'state':'Enabled'}}} | ",
                "{'status':{'changedBlockTracking':{'state':'Enabled','backupStatus':{'backupName':'b'}}}} | BACKING_UP",
                "{'status':{'changedBlockTracking':{'state':'Enabled','backupStatus':{'completed':true}}}} | ",
                "{'status':{'changedBlockTracking':{'state':'Enabled','backupStatus':{'failed':true}}}} | ",
                "{'status':{'changedBlockTracking':{'state':'Enabled','backupStatus':null}}} | ",
                "{'spec':{'domain':{'rebootPolicy':'Terminate'}}} | REBOOTS_ANEW",
                "{'spec':{'domain':{'rebootPolicy':'Reboot'}}} | ",
                "{'metadata':{'deletionTimestamp':'2026-11-01T00:00:00Z'}} | ENDING"
            })
    void whatItIsInTheMidstOfIsSeen(String object, String traits) throws IOException {
        var wanted = traits == null
                ? Set.<Trait>of()
                : Arrays.stream(traits.split(" ")).map(Trait::valueOf).collect(Collectors.toSet());

        assertThat(new InstanceReader()
                        .read(Json.MAPPER.readTree(object.replace('\'', '"')))
                        .traits())
                .isEqualTo(wanted);
    }
}
