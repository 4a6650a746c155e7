package io.heddle.bench;

class BenchTest {
}
