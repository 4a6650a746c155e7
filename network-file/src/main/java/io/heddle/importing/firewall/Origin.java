package io.heddle.importing.firewall;

/**
 * Where a rule came from.
 *
 * @param place FILE:LINE
 * @param text the rule as it is there
 * @param comment what people wrote about it; "" for nothing
 */
record Origin(String place, String text, String comment) {}
