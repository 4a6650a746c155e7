package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "etcd:https://a:2379,b:2379,c:2379 | https://a:2379 https://b:2379 https://c:2379",
                "etcd:http://127.0.0.1,127.0.0.2:23790 | http://127.0.0.1:2379 http://127.0.0.2:23790",
                "etcd:a | http://a:2379",
                "etcd:https://[2001:db8::1]:2379 | https://[2001:db8::1]:2379",
            })
    void schemeAndPortMayBeLeftOut(String text, String expected) {
        assertEquals(List.of(expected.split(" ")).stream().map(URI::create).toList(), Endpoints.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a:2379",
                "etcd:",
                "etcd:ftp://a",
                "etcd:https://a,http://b",
                "etcd:https://a/path",
                "etcd:https://user:secret@a",
                "etcd:https://a b",
            })
    void anythingElseIsRefused(String text) {
        String why = assertThrows(IllegalArgumentException.class, () -> Endpoints.of(text))
                .getMessage();
        assertTrue(why.startsWith("expected etcd:URL,... such as etcd:https://a:2379,b:2379,c:2379, found"), why);
    }
}
