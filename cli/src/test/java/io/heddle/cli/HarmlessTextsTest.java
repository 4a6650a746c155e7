package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HarmlessTextsTest {
    @Test
    void namesFromTheNetworkDoNotSteerATerminal() throws Exception {
        String answer = "[{\"port\": \"a\\u001b[31mb\\nforged\"}]";
        assertEquals(
                "PORT\na?[31mb forged",
                Output.TABLE.render(ApiClient.JSON.readTree(answer)).strip());
    }
}
