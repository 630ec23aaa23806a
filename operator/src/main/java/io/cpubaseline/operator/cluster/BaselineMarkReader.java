package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.number;
import static io.cpubaseline.operator.watch.JsonFields.shared;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;

/** Reads the marks of baselines. */
public final class BaselineMarkReader implements ObjectReader<BaselineMark> {

    @Override
    public BaselineMark read(JsonParser object) throws IOException {
        String[] texts = {"", "", ""};
        long[] generation = {0};
        each(object, (field, value) -> {
            if (field.equals("metadata")) {
                each(value, (part, content) -> {
                    switch (part) {
                        case "name" -> texts[0] = shared(content);
                        case "uid" -> texts[1] = text(content);
                        case "resourceVersion" -> texts[2] = text(content);
                        case "generation" -> generation[0] = number(content);
                        default -> {}
                    }
                });
            }
        });
        return new BaselineMark(texts[0], texts[1], generation[0], texts[2]);
    }

    @Override
    public ObjectName nameOf(BaselineMark view) {
        return new ObjectName("", view.name());
    }
}
