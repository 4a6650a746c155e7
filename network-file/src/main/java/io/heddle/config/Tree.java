package io.heddle.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds and changes maps, lists and values by path (see {@link FileEdit}). A change returns a copy. */
final class Tree {
    private Tree() {}

    static Optional<Object> find(Object tree, List<String> path) {
        Object at = tree;
        for (String key : path) {
            if (at instanceof Map<?, ?> map) {
                at = map.get(key);
            } else if (at instanceof List<?> list) {
                int index = index(list, key);
                at = index < 0 ? null : list.get(index);
            } else {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(at);
    }

    /** The index of the list item with this name, or with this number from 1; -1 if there is none. */
    static int index(List<?> list, String key) {
        boolean named = !list.isEmpty() && list.get(0) instanceof Map<?, ?> first && first.containsKey("name");
        for (int i = 0; named && i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> item && key.equals(item.get("name"))) {
                return i;
            }
        }
        return number(key, list.size());
    }

    /** The index for a number from 1 in a list of this size; -1 if it is out of range. */
    static int number(String key, int size) {
        return key.matches("[1-9]\\d{0,5}") && Integer.parseInt(key) <= size ? Integer.parseInt(key) - 1 : -1;
    }

    static Object with(Object tree, List<String> path, Object value) {
        if (path.isEmpty()) {
            return value;
        }
        String key = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (tree instanceof List<?> list) {
            List<Object> out = new ArrayList<>(list);
            int index = index(list, key);
            if (index < 0) {
                Object item = with(null, rest, value);
                checkNext(list, key, item);
                out.add(item);
            } else {
                out.set(index, with(list.get(index), rest, value));
            }
            return out;
        }
        Map<Object, Object> out = copy(tree);
        out.put(key, with(out.get(key), rest, value));
        return out;
    }

    private static void checkNext(List<?> list, String key, Object item) {
        boolean named = item instanceof Map<?, ?> map && key.equals(map.get("name"));
        if (!named && !key.equals(Integer.toString(list.size() + 1))) {
            throw new IllegalArgumentException("\"" + key + "\": there are " + list.size()
                    + " items, known by their numbers; the next is " + (list.size() + 1));
        }
    }

    /** Removes the value at a path, which must exist. */
    static Object without(Object tree, List<String> path) {
        String key = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (tree instanceof List<?> list) {
            List<Object> out = new ArrayList<>(list);
            int index = index(list, key);
            if (rest.isEmpty()) {
                out.remove(index);
            } else {
                out.set(index, without(list.get(index), rest));
            }
            return out;
        }
        Map<Object, Object> out = copy(tree);
        if (rest.isEmpty()) {
            out.remove(key);
        } else {
            out.put(key, without(out.get(key), rest));
        }
        return out;
    }

    private static Map<Object, Object> copy(Object tree) {
        return tree instanceof Map<?, ?> map ? new LinkedHashMap<>(map) : new LinkedHashMap<>();
    }
}
