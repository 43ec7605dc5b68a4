'use strict';

/** 応答時間(ミリ秒)の統計。 */
class Latency {
  constructor(capacity = 1000) {
    this.capacity = capacity;
    this.samples = [];
    this.next = 0;
  }

  // 満杯になったら古いものから上書きする。
  record(ms) {
    this.samples[this.next] = ms;
    this.next = (this.next + 1) % this.capacity;
  }

  mean() {
    if (this.samples.length === 0) return 0;
    return this.samples.reduce((sum, ms) => sum + ms, 0) / this.samples.length;
  }

  max() {
    return this.samples.reduce((top, ms) => (ms > top ? ms : top), 0);
  }

  summary() {
    return { mean: Math.round(this.mean()), max: this.max() };
  }
}

module.exports = { Latency };
