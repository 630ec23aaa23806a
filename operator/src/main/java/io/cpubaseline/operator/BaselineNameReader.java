package io.cpubaseline.operator;

import static io.cpubaseline.operator.JsonFields.each;
import static io.cpubaseline.operator.JsonFields.shared;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Reads the names of baselines: enough to know whether our own kind is there, and whom to wake. */
final class BaselineNameReader implements ObjectReader<String> {

    @Override
    public String read(JsonParser object) throws IOException {
        String[] name = {""};
        each(object, (field, value) -> {
            if (field.equals("metadata")) {
                each(value, (part, content) -> {
                    if (part.equals("name")) {
                        name[0] = shared(content);
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
