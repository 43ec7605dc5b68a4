'use strict';

const DEFAULT_TIMEOUT = 30_000;

class TimeoutError extends Error {
  constructor(what, ms) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'TimeoutError';
  }
}

function withTimeout(promise, what, ms) {
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new TimeoutError(what, ms)), ms);
  });
  return Promise.race([promise, late]);
}

class QuoteClient {
  constructor(transport, timeout = DEFAULT_TIMEOUT) {
    this.transport = transport;
    this.timeout = timeout;
  }

  /** The last price of a share in cents. */
  async quote(symbol) {
    const path = `/quotes/${encodeURIComponent(symbol)}`;
    const answer = await withTimeout(this.transport.get(path), `quote of ${symbol}`, this.timeout);
    if (!Number.isInteger(answer.cents)) {
      throw new TypeError(`no price for ${symbol}`);
    }
    return answer.cents;
  }

  async quotes(symbols) {
    const prices = await Promise.all(symbols.map((symbol) => this.quote(symbol)));
    return new Map(symbols.map((symbol, index) => [symbol, prices[index]]));
  }
}

module.exports = { QuoteClient, TimeoutError };
