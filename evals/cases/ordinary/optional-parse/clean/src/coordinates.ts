export interface Point {
  readonly lat: number;
  readonly lon: number;
}

export type Parsed = { ok: true; point: Point } | { ok: false; reason: string };

/** Reads "59.91, 10.75" and says why it is not a place on earth. */
export function parsePoint(text: string): Parsed {
  const parts = text.split(',').map((part) => Number.parseFloat(part));
  if (parts.length !== 2 || parts.some((part) => Number.isNaN(part))) {
    return { ok: false, reason: 'expected two numbers' };
  }
  const [lat, lon] = parts;
  if (Math.abs(lat) > 90) return { ok: false, reason: `latitude ${lat}` };
  if (Math.abs(lon) > 180) return { ok: false, reason: `longitude ${lon}` };
  return { ok: true, point: { lat, lon } };
}
