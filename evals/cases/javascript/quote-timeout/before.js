'use strict';

const DEFAULT_TIMEOUT = 30_000;

class TimeoutError extends Error {
  constructor(what, ms) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'TimeoutError';
  }
}

class QuoteClient {
  constructor(transport, timeout = DEFAULT_TIMEOUT) {
    this.transport = transport;
    this.timeout = timeout;
  }

  /** The last price of a share in cents. */
  async quote(symbol) {
    const answer = await this.transport.get(`/quotes/${encodeURIComponent(symbol)}`);
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

module.exports = { QuoteClient };
