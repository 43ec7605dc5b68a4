const assert = require('assert');
const { Latency } = require('./latency.js');
const latency = new Latency(5);
for (const ms of [7, 1000, 20, 300, 9, 8]) latency.record(ms);
assert.deepStrictEqual(latency.summary(), { mean: 267, median: 20, p95: 1000, max: 1000 });
assert.strictEqual(new Latency().percentile(50), 0);
