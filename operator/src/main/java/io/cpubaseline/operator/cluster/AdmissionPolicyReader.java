package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;

/** Reads MutatingAdmissionPolicies: their names, and what the chart's says of itself. */
public final class AdmissionPolicyReader implements ObjectReader<AdmissionPolicy> {

    private static final String FIRST_STARTS = "cpubaseline.io/first-starts";

    @Override
    public AdmissionPolicy read(JsonParser object) throws IOException {
        String[] name = {""};
        boolean[] firstStarts = {false};
        each(object, (field, value) -> {
            if (field.equals("metadata")) {
                each(value, (part, content) -> {
                    switch (part) {
                        case "name" -> name[0] = text(content);
                        case "annotations" ->
                            each(content, (key, said) -> {
                                if (key.equals(FIRST_STARTS)) {
                                    firstStarts[0] = text(said).equals("true");
                                }
                            });
                        default -> {}
                    }
                });
            }
        });
        return new AdmissionPolicy(name[0], firstStarts[0]);
    }

    @Override
    public ObjectName nameOf(AdmissionPolicy view) {
        return new ObjectName("", view.name());
    }
}
