package io.heddle.controller.api;

import java.util.LinkedHashMap;
import java.util.Map;

/** Builds a JSON object that keeps the order of its keys. */
final class Row {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private Row() {}

    static Row of(String key, Object value) {
        return new Row().and(key, value);
    }

    Row and(String key, Object value) {
        fields.put(key, value);
        return this;
    }

    Row and(Map<String, Object> others) {
        fields.putAll(others);
        return this;
    }

    Map<String, Object> map() {
        return fields;
    }
}
