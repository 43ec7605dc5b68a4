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

  // 最近傍順位法。p は 1 から 100 まで。
  percentile(p) {
    if (this.samples.length === 0) return 0;
    const ordered = [...this.samples].sort((a, b) => a - b);
    return ordered[Math.ceil((p / 100) * ordered.length) - 1];
  }

  summary() {
    return {
      mean: Math.round(this.mean()),
      median: this.percentile(50),
      p95: this.percentile(95),
      max: this.percentile(100),
    };
  }
}

module.exports = { Latency };
