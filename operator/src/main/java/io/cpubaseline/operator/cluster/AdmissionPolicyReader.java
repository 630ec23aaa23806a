package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;

/** Reads MutatingAdmissionPolicies: their names. */
public final class AdmissionPolicyReader implements ObjectReader<String> {

    @Override
    public String read(JsonParser object) throws IOException {
        String[] name = {""};
        each(object, (field, value) -> {
            if (field.equals("metadata")) {
                each(value, (part, content) -> {
                    if (part.equals("name")) {
                        name[0] = text(content);
                    }
                });
            }
        });
        return name[0];
    }

    @Override
    public ObjectName nameOf(String view) {
        return new ObjectName("", view);
    }
}
