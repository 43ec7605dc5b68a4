export interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** Reads "59.91, 10.75"; null when it is not a place on earth. */
export function parsePoint(text: string): Point | null {
  const parts = text.split(',').map((part) => Number.parseFloat(part));
  if (parts.length !== 2 || parts.some((part) => Number.isNaN(part))) {
    return null;
  }
  const [lat, lon] = parts;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
